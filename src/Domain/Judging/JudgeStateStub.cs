namespace StatusHub.Domain.Judging;
public sealed record JudgeState { private readonly byte[] b = []; public static JudgeState Fresh() => new(); public static JudgeState FromBytes(byte[] b) => new(); public byte[] ToBytes() => b; }
