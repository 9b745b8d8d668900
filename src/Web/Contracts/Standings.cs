using StatusHub.Domain.Catalog;
using StatusHub.Domain.Contracts;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Time;

namespace StatusHub.Web.Contracts;

/// <summary>How an objective stands now.</summary>
public sealed record Standing(Objective Objective, BurnAlert? Alert, ErrorBudget Budget, IReadOnlyList<BurnReading> Burn);

/// <summary>How an organisation's objectives stand now.</summary>
public sealed class Standings(ObjectiveStore objectives, CountedHistory history, Clocks clocks)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<Standing>> ListAsync(Guid orgId, CancellationToken cancel)
    {
        var standings = new List<Standing>();
        foreach (var watched in await objectives.ListAsync(orgId, cancel))
        {
            standings.Add(await OfAsync(watched, cancel));
        }

        return standings;
    }

    public async Task<Standing> OfAsync(WatchedObjective watched, CancellationToken cancel)
    {
        var (objective, now) = (watched.Objective, clocks.Now);
        var (from, far) = (objective.Window.At(now).From, now - BurnLevel.Longest);
        var counted = await history.OfAsync(objective, from < far ? from : far, now, cancel);
        return new(objective, watched.Alert.Standing, ErrorBudget.Of(objective, counted, now), BurnRules.Read(counted, objective.Allowed, notBefore: null, now));
    }
}

/// <summary>Makes statements of what to claim.</summary>
public sealed class Statements(CountedHistory history, Clocks clocks)
{
    public async Task<CreditStatement> OfAsync(ServiceContract contract, BillingMonth month, IReadOnlyDictionary<ModelId, decimal> spend, CancellationToken cancel)
    {
        var now = clocks.Now;
        var records = new Dictionary<ModelId, MonthRecord>();
        foreach (var covered in contract.Covers)
        {
            records[covered.Model] = await history.OfMonthAsync(covered.Model, month, now, cancel);
        }

        return CreditStatement.Of(contract, month, records, spend, now);
    }
}
