using StatusHub.Domain.Deliveries;
using StatusHub.Domain.Events;

namespace StatusHub.Feed.Delivery;

/// <summary>What a turn has to write of its lane, gathered until it is written.</summary>
internal sealed class Page(Lane lane)
{
    private readonly List<AttemptLine> _attempts = [];

    public Lane Lane { get; } = lane;

    public List<DeadLetterLine> DeadLetters { get; } = [];

    public Stopping? Stopping { get; set; }

    public HubEvent? Notice { get; set; }

    /// <summary>Nothing more is to be sent in this turn: something failed, and has to wait or to be seen first.</summary>
    public bool IsOver { get; set; }

    public bool IsToWrite => _attempts.Count > 0 || Lane.Stand != Lane.Written;

    /// <summary>One line for each event of a parcel: its owner asks what became of an event, not of a request.</summary>
    public void Add(Parcel parcel, DateTimeOffset at, int number, CallResult result, DateTimeOffset? nextAt)
    {
        for (var i = 0; i < parcel.Events.Count; i++)
        {
            var (position, e) = (parcel.Events[i].Position, parcel.Events[i].Event);
            _attempts.Add(new AttemptLine(
                at, position, e.Id, e.Type, number, result.Outcome, (int?)result.Status, result.Took.TotalMilliseconds, nextAt, result.Answer));
        }
    }

    /// <summary>The same for what was passed over.</summary>
    public void Add(Parcel parcel, DateTimeOffset at, int number, string outcome) =>
        Add(parcel, at, number, new CallResult(null, null, outcome, TimeSpan.Zero, null), null);

    /// <summary>What is to be written now; the page is empty afterwards.</summary>
    public DeliveryEntry TakeEntry()
    {
        var entry = new DeliveryEntry(Lane.OrgId, Lane.Id, Lane.Fence, Lane.Stand)
        {
            Attempts = [.. _attempts],
            DeadLetters = [.. DeadLetters],
            Stopping = Stopping,
            Notice = Notice,
        };
        Lane.Written = Lane.Stand;
        _attempts.Clear();
        DeadLetters.Clear();
        Notice = null;
        return entry;
    }
}
