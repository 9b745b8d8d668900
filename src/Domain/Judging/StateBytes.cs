using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;

namespace StatusHub.Domain.Judging;

/// <summary>The plain fields of <see cref="JudgeState"/> as bytes; writing and reading stand side by side so that they stay in step.</summary>
internal static class StateBytes
{
    public static void WriteScalars(BinaryWriter to, JudgeState state)
    {
        to.Write((byte)state.Phase);
        to.Write((byte)state.Measured);
        to.Write(state.Observations);
        to.Write(state.QuietMedian);
        to.Write(state.Total);
        to.Write(state.UsualGap);
        to.Write(state.SmoothShare);
        to.Write(state.WorstShare);
        to.Write(state.IsSlow);
        to.Write(state.IsCutOff);
        Write(to, state.LastEvidenceAt);
        Write(to, state.SuspectedSince);
        Write(to, state.TroubleSince);
        Write(to, state.DetectedAt);
        Write(to, state.NotSlowSince);
        Write(to, state.LastFailureAt);
        Write(to, state.LowSince);
        Write(to, state.MilderSince);
        Write(to, state.WatchUntil);
        to.Write((byte)state.LastWithoutEvidence);
        to.Write((byte)state.Rung);
        Write(to, state.RungAt);
    }

    public static void ReadScalars(BinaryReader from, JudgeState state)
    {
        state.Phase = (JudgedPhase)from.ReadByte();
        state.Measured = (HealthState)from.ReadByte();
        state.Observations = from.ReadInt32();
        state.QuietMedian = from.ReadDouble();
        state.Total = from.ReadDouble();
        state.UsualGap = from.ReadDouble();
        state.SmoothShare = from.ReadDouble();
        state.WorstShare = from.ReadDouble();
        state.IsSlow = from.ReadBoolean();
        state.IsCutOff = from.ReadBoolean();
        state.LastEvidenceAt = ReadTimeOrNone(from);
        state.SuspectedSince = ReadTimeOrNone(from);
        state.TroubleSince = ReadTimeOrNone(from);
        state.DetectedAt = ReadTimeOrNone(from);
        state.NotSlowSince = ReadTimeOrNone(from);
        state.LastFailureAt = ReadTimeOrNone(from);
        state.LowSince = ReadTimeOrNone(from);
        state.MilderSince = ReadTimeOrNone(from);
        state.WatchUntil = ReadTimeOrNone(from);
        state.LastWithoutEvidence = (FailureClass)from.ReadByte();
        state.Rung = (ProbeRung)from.ReadByte();
        state.RungAt = ReadTimeOrNone(from);
    }

    public static void WriteLists(BinaryWriter to, JudgeState state)
    {
        to.Write((byte)state.Tallies.Length);
        foreach (var tally in state.Tallies)
        {
            to.Write((byte)tally.Failure);
            to.Write(tally.Weight);
            Write(to, tally.At);
        }

        to.Write((byte)state.Held.Length);
        foreach (var held in state.Held)
        {
            to.Write(held.EndpointId.ToByteArray());
            to.Write(held.OrgId.ToByteArray());
            to.Write((byte)held.Failure);
            Write(to, held.StartedAt);
            Write(to, held.At);
        }

        to.Write((byte)state.Refused.Length);
        foreach (var refused in state.Refused)
        {
            to.Write(refused.EndpointId.ToByteArray());
            to.Write(refused.OrgId.ToByteArray());
            to.Write(refused.InARow);
            Write(to, refused.At);
        }
    }

    public static void ReadLists(BinaryReader from, JudgeState state)
    {
        state.Tallies = [.. Times(from).Select(_ => new FailureTally((FailureClass)from.ReadByte(), from.ReadDouble(), ReadTime(from)))];
        state.Held = [.. Times(from).Select(_ => new HeldFailure(ReadId(from), ReadId(from), (FailureClass)from.ReadByte(), ReadTime(from), ReadTime(from), ""))];
        state.Refused = [.. Times(from).Select(_ => new RefusedKey(ReadId(from), ReadId(from), from.ReadInt32(), ReadTime(from)))];
    }

    public static void WriteOutside(BinaryWriter to, JudgeState state)
    {
        Write(to, state.LookCloserUntil);
        to.Write(state.Outside is not null);
        if (state.Outside is { } outside)
        {
            to.Write(outside.Share);
            to.Write((byte)outside.Failure);
            Write(to, outside.Since);
            Write(to, outside.Until);
        }

        to.Write(state.Maintenance is not null);
        if (state.Maintenance is { } window)
        {
            Write(to, window.StartsAt);
            Write(to, window.EndsAt);
            Write(to, window.AnnouncedAt);
        }
    }

    public static void ReadOutside(BinaryReader from, JudgeState state)
    {
        state.LookCloserUntil = ReadTimeOrNone(from);
        state.Outside = from.ReadBoolean()
            ? new OutsideTrouble(from.ReadDouble(), (FailureClass)from.ReadByte(), ReadTime(from), ReadTime(from))
            : null;
        state.Maintenance = from.ReadBoolean() ? new MaintenanceWindow(ReadTime(from), ReadTime(from), ReadTime(from)) : null;
    }

    /// <summary>The regions, and where each held failure was seen from.</summary>
    public static void WriteRegions(BinaryWriter to, JudgeState state)
    {
        foreach (var held in state.Held)
        {
            to.Write(held.Region);
        }

        to.Write((byte)state.Regions.Length);
        foreach (var tally in state.Regions)
        {
            to.Write(tally.Region);
            to.Write(tally.Asked);
            to.Write(tally.Failed);
            to.Write(tally.Slow);
            Write(to, tally.At);
        }
    }

    public static void ReadRegions(BinaryReader from, JudgeState state)
    {
        state.Held = [.. state.Held.Select(h => h with { Region = from.ReadString() })];
        state.Regions = [.. Times(from).Select(_ => new RegionTally(from.ReadString(), from.ReadDouble(), from.ReadDouble(), from.ReadDouble(), ReadTime(from)))];
    }

    private static IEnumerable<int> Times(BinaryReader from) => Enumerable.Range(0, from.ReadByte());

    private static Guid ReadId(BinaryReader from) => new(from.ReadBytes(16));

    private static void Write(BinaryWriter to, DateTimeOffset? time) => to.Write(time?.UtcTicks ?? 0);

    private static DateTimeOffset ReadTime(BinaryReader from) => new(from.ReadInt64(), TimeSpan.Zero);

    private static DateTimeOffset? ReadTimeOrNone(BinaryReader from) => from.ReadInt64() is var ticks and > 0 ? new(ticks, TimeSpan.Zero) : null;
}
