using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Judging.Outside;

namespace StatusHub.Unit.Judging.Outside;

/// <summary>
/// Organisations that report a window a minute: honest ones with a usual failing share, correlated requests and a fault of their own every ten days,
/// and liars who behave for weeks and then report 5,000 failures of 5,000 together for half an hour, once a day.
/// </summary>
internal sealed class OutsideWorld
{
    public static readonly ModelId Opus = ModelId.Parse("acme/opus");

    private const double Rho = 0.01;
    private const int AttackMinutes = 30;
    private const int LieRequests = 5000;

    private readonly Random _chance;
    private readonly Organisation[] _all;
    private int _attackLeft;

    public OutsideWorld(int honest, int liars, int seed)
    {
        _chance = new Random(seed);
        _all = [.. Enumerable.Range(0, honest + liars).Select(i => new Organisation
        {
            By = Reporter.Itself(new Guid(i + 1, 0, 0, new byte[8])),
            IsLiar = i >= honest,
            RequestsAMinute = Math.Clamp(Math.Exp(Math.Log(20) + (1.2 * Normal())), 2, 2000),
            UsualShare = Math.Clamp(Math.Exp(Math.Log(0.005) + (0.5 * Normal())), 0.001, 0.02),
        })];
    }

    public DateTimeOffset Now { get; private set; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public OutsidePolicy Policy { get; } = OutsidePolicy.Default;

    public OutsideLedger Ledger { get; } = new(OutsidePolicy.Default);

    public bool IsAlarm { get; private set; }

    public bool LooksCloser { get; private set; }

    /// <summary>Weight of the liars' words, and the lowest of an honest one.</summary>
    public (double Liars, double Honest) Trust() => (
        _all.Where(o => o.IsLiar).Select(TrustOf).DefaultIfEmpty(1).Max(),
        _all.Where(o => !o.IsLiar).Average(TrustOf));

    /// <summary>One more minute in which the model fails a share of requests.</summary>
    public void Minute(double failing = 0, bool mayAttack = true)
    {
        Now = Now.AddMinutes(1);
        if (_attackLeft > 0)
        {
            _attackLeft--;
        }
        else if (mayAttack && _chance.NextDouble() < 1.0 / 1440)
        {
            _attackLeft = AttackMinutes;
        }

        foreach (var org in _all)
        {
            var (n, k) = org.IsLiar && _attackLeft > 0 ? (LieRequests, LieRequests) : Honest(org, failing);
            var window = new OutsideFact.Window(Opus, Now, TimeSpan.FromMinutes(1), n, k, FailureClass.ServerError);
            Ledger.Take(new HeardFact(org.By, false, default, false, Now, window), IsAlarm, Now);
        }

        Ledger.Settle(_ => IsAlarm, Now);
        var opinion = Ledger.OpinionOf(Opus, IsAlarm, Now);
        (IsAlarm, LooksCloser) = (opinion.IsAlarm, opinion.LookCloser);
    }

    private (int N, int K) Honest(Organisation org, double failing)
    {
        if (org.FaultLeft > 0)
        {
            org.FaultLeft--;
        }
        else if (_chance.NextDouble() < 0.1 / 1440)
        {
            org.FaultLeft = (int)Math.Ceiling(-20 * Math.Log(1 - _chance.NextDouble()));
            org.FaultShare = 0.3 + (0.7 * _chance.NextDouble());
        }

        var mean = Math.Max(Math.Max(org.UsualShare, failing), org.FaultLeft > 0 ? org.FaultShare : 0);
        var n = Poisson(org.RequestsAMinute);
        if (mean >= 1)
        {
            return (n, n);
        }

        var c = (1 - Rho) / Rho;
        var x = Gamma(mean * c);
        var p = x / (x + Gamma((1 - mean) * c));
        var k = 0;
        for (var i = 0; i < n; i++)
        {
            k += _chance.NextDouble() < p ? 1 : 0;
        }

        return (n, k);
    }

    private double TrustOf(Organisation org) => Ledger.Trusted.TryGetValue(org.By, out var trust) ? trust.Weight : 1;

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());

    private int Poisson(double mean)
    {
        if (mean > 60)
        {
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (limit, product, count) = (Math.Exp(-mean), 1.0, -1);
        do
        {
            product *= _chance.NextDouble();
            count++;
        }
        while (product > limit);
        return count;
    }

    /// <summary>Marsaglia and Tsang (2000), with the usual lift for shapes below one.</summary>
    private double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(1 - _chance.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1 + (x / Math.Sqrt(9 * d)), 3);
            if (v > 0 && Math.Log(1 - _chance.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    private sealed class Organisation
    {
        public required Reporter By { get; init; }

        public required bool IsLiar { get; init; }

        public required double RequestsAMinute { get; init; }

        public required double UsualShare { get; init; }

        public int FaultLeft { get; set; }

        public double FaultShare { get; set; }
    }
}
