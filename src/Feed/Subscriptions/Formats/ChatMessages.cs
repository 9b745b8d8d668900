using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace StatusHub.Feed.Subscriptions.Formats;

/// <summary>Announcements as chat systems take them. What others wrote goes where no markup is read, or is escaped: nobody is mentioned, no link is forged.</summary>
public static class ChatMessages
{
    /// <summary>Slack's incoming webhook: blocks, and a text for notifications. Header 150 characters, text 3,000 (Block Kit reference).</summary>
    public static JsonObject Slack(Announcement a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = PlainText(a.Title) });
        if (Body(a) is { Length: > 0 } body)
        {
            blocks.Add(new JsonObject { ["type"] = "section", ["text"] = PlainText(body) });
        }

        blocks.Add(new JsonObject
        {
            ["type"] = "context",
            ["elements"] = new JsonArray(new JsonObject { ["type"] = "mrkdwn", ["text"] = $"<{a.Link}|Details> · {Clock(a.At)}" }),
        });
        var text = new StringBuilder(a.Title).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").ToString();
        return new JsonObject { ["text"] = text, ["mrkdwn"] = false, ["unfurl_links"] = false, ["blocks"] = blocks };
    }

    /// <summary>A Teams workflow's webhook: an Adaptive Card 1.4 in a message. Text runs read no Markdown.</summary>
    public static JsonObject Teams(Announcement a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var body = new JsonArray(Runs(a.Title, new JsonObject { ["size"] = "Large", ["weight"] = "Bolder", ["color"] = TeamsColour(a.Mood) }));
        if (a.Message is { } message)
        {
            body.Add(Runs(message, []));
        }

        foreach (var line in a.Lines)
        {
            body.Add(Runs(line, new JsonObject { ["isSubtle"] = true }));
        }

        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["fallbackText"] = a.Title,
            ["body"] = body,
            ["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Details", ["url"] = a.Link }),
        };
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["contentUrl"] = null,
                ["content"] = card,
            }),
        };
    }

    /// <summary>Discord's webhook: one embed. Title 256 characters, description 4,096 (API reference, embed limits); mentions are switched off.</summary>
    public static JsonObject Discord(Announcement a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return new JsonObject
        {
            ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() },
            ["embeds"] = new JsonArray(new JsonObject
            {
                ["title"] = Markdown(a.Title, max: 256),
                ["description"] = Markdown(Body(a), max: 4_096),
                ["url"] = a.Link,
                ["color"] = DiscordColour(a.Mood),
                ["timestamp"] = a.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            }),
        };
    }

    private static string Body(Announcement a) => string.Join('\n', a.Lines.Prepend(a.Message).Where(l => !string.IsNullOrEmpty(l)));

    private static JsonObject PlainText(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    private static JsonObject Runs(string text, JsonObject style)
    {
        style["type"] = "TextRun";
        style["text"] = text;
        return new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(style) };
    }

    /// <summary>Every mark that Discord's Markdown may read is escaped; what would not fit then ends before it.</summary>
    private static string Markdown(string text, int max)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var piece = rune.IsAscii && "\\*_~`|>[]()#-:@<.+".Contains((char)rune.Value) ? $"\\{rune}" : rune.ToString();
            if (escaped.Length + piece.Length > max)
            {
                break;
            }

            escaped.Append(piece);
        }

        return escaped.ToString();
    }

    private static string TeamsColour(Mood mood) => mood switch
    {
        Mood.Worst => "Attention",
        Mood.Trouble => "Warning",
        Mood.Good or Mood.Better => "Good",
        _ => "Default",
    };

    private static int DiscordColour(Mood mood) => mood switch
    {
        Mood.Worst => 0xC0362C,
        Mood.Trouble => 0xD97706,
        Mood.Better => 0x2563EB,
        Mood.Good => 0x15803D,
        _ => 0x6B7280,
    };

    private static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
