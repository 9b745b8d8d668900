// Sends events with the published CloudEvents package in both modes, reads them back with it, and prints what it saw.
const { CloudEvent, HTTP } = require("cloudevents");

const [hub, key, source] = process.argv.slice(2);

const events = {
  data: new CloudEvent({ id: "data", source, type: "com.example.thing.v1", subject: "acme/one", data: { n: 1.5, text: "€" }, zone: "eu", tlp: "clear" }),
  text: new CloudEvent({ id: "text", source, type: "com.example.thing.v1", datacontenttype: "text/plain", data: "plain words" }),
  bytes: new CloudEvent({ id: "bytes", source, type: "com.example.thing.v1", datacontenttype: "application/octet-stream", data: new Uint8Array([0, 255, 128]) }),
  empty: new CloudEvent({ id: "empty", source, type: "com.example.thing.v1" }),
};

async function send(message) {
  const answer = await fetch(`${hub}/feed/events`, { method: "POST", headers: { ...message.headers, authorization: `Bearer ${key}` }, body: message.body });
  return `${answer.status} ${await answer.text()}`;
}

async function read(count) {
  for (;;) {
    const answer = await fetch(`${hub}/feed/events?source=${encodeURIComponent(source)}&limit=1000`);
    const batch = HTTP.toEvent({ headers: Object.fromEntries(answer.headers), body: await answer.text() });
    if (batch.length >= count) {
      return batch;
    }
  }
}

(async () => {
  const sent = {};
  for (const [name, event] of Object.entries(events)) {
    sent[`${name} binary`] = await send(HTTP.binary(event));
    sent[`${name} structured`] = await send(HTTP.structured(event.cloneWith({ id: `${name}-structured` })));
  }

  sent["quotes and per cent, raw"] = await send(HTTP.binary(events.data.cloneWith({ id: "raw", subject: 'a b"c%d' })));
  const back = await read(8);
  console.log(JSON.stringify({ sent, read: back.map(e => ({ id: e.id, type: e.type, subject: e.subject, zone: e.zone, tlp: e.tlp, data: e.data, base64: e.data_base64 })) }));
})();
