using System.Text.Json;
using StatusHub.Domain.Contracts;
using StatusHub.Web.Api;
using StatusHub.Web.Endpoints;

namespace StatusHub.Web.Contracts;

/// <summary>A contract as people and programs write it: from a published clause, from nothing, or from one with some of it otherwise.</summary>
internal static class ContractInput
{
    private const string UsualCurrency = "USD";

    private static readonly Clause Blank = new(
        CountingMethod.WeightedTime, StateWeights.Statuspage, Clause.UsualDownAbove, MinimumMinutes: 0, ExcludesMaintenance: true, Tiers: [], ClaimDays: null);

    /// <returns>Null when anything is wrong; all of it is in <paramref name="errors"/>, by JSON pointer.</returns>
    public static ServiceContract? Read(JsonElement root, Guid orgId, Guid id, DateTimeOffset createdAt, DateTimeOffset now, List<InputError> errors)
    {
        var input = JsonInput.Of(root, errors);
        var name = input.Name("name", ServiceContract.MaxNameLength, errors);
        var template = input.String("template");
        var published = PublishedClauses.Find(template);
        if (template is not null && published is null)
        {
            errors.Add(new("/template", "unknown", $"Known are {string.Join(", ", PublishedClauses.All.Select(c => c.Id))}."));
        }

        var currency = input.String("currency") ?? UsualCurrency;
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
        {
            errors.Add(new("/currency", "format", "Three capital letters, such as USD or EUR."));
        }

        var covers = input.Objects("covers").Select((c, i) => Covered(c, i, errors)).ToList();
        var clause = ClauseOf(input.Object("clause"), published?.Clause ?? Blank, errors);
        input.RejectRest();
        Check(covers, clause, errors);
        return errors.Count > 0 ? null : new(orgId, id, name!, template, currency, clause, covers, createdAt, now);
    }

    private static CoveredModel Covered(JsonInput input, int index, List<InputError> errors)
    {
        var covered = new CoveredModel(
            ObjectiveInput.Model(input, $"/covers/{index}", "model", errors),
            ObjectiveInput.InRange(input, "monthlySpend", 0, ServiceContract.MaxSpend, "What the model costs a month", errors));
        input.RejectRest();
        return covered;
    }

    private static Clause ClauseOf(JsonInput? input, Clause unless, List<InputError> errors)
    {
        if (input is null)
        {
            return unless;
        }

        var named = input.String("method");
        var method = ClauseNames.Method(named);
        if (named is not null && method is null)
        {
            input.Refuse("method", "unknown", $"Known are {string.Join(", ", ClauseNames.AllMethods)}.");
        }

        var tiers = input.Raw("tiers");
        var clause = unless with
        {
            Method = method ?? unless.Method,
            Weights = ObjectiveInput.Weights(input, unless.Weights, errors),
            DownAbove = ObjectiveInput.InRange(input, "downAbove", 0, 0.99m, "The failing share above which a minute is down", errors) ?? unless.DownAbove,
            MinimumMinutes = (int)(ObjectiveInput.InRange(input, "minimumMinutes", 0, Clause.MaxMinimumMinutes, "Minutes on end that count at least", errors) ?? unless.MinimumMinutes),
            ExcludesMaintenance = input.Boolean("excludesMaintenance") ?? unless.ExcludesMaintenance,
            ClaimDays = (int?)ObjectiveInput.InRange(input, "claimDays", 1, Clause.MaxClaimDays, "Days after the month", errors) ?? unless.ClaimDays,
            Latency = Latency(input, unless.Latency, errors),
            Tiers = tiers.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? unless.Tiers : Tiers(tiers, errors),
        };
        input.RejectRest();
        return clause;
    }

    private static LatencyTerm? Latency(JsonInput parent, LatencyTerm? unless, List<InputError> errors)
    {
        if (parent.Object("latency") is not { } input)
        {
            return unless;
        }

        var limit = ObjectiveInput.InRange(input, "ttftLimitMs", 1, (decimal)Objective.MaxTtftLimitMs, "Milliseconds", errors);
        var above = ObjectiveInput.InRange(input, "lateAbove", 0, 0.99m, "The late share of answers above which an hour counts", errors);
        input.RejectRest();
        if (limit is null)
        {
            errors.AddMissing("/clause/latency/ttftLimitMs");
        }

        return new((double)(limit ?? 0), above ?? LatencyTerm.UsualLateAbove);
    }

    private static List<CreditTier> Tiers(JsonElement list, List<InputError> errors)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add(new("/clause/tiers", "type", "Must be a list of objects."));
            return [];
        }

        var tiers = new List<CreditTier>();
        foreach (var (index, item) in list.EnumerateArray().Take(Clause.MaxTiers + 1).Index())
        {
            var inside = new List<InputError>();
            var input = JsonInput.Of(item, inside);
            var below = ObjectiveInput.InRange(input, "below", 0.0001m, 1, "An availability", inside);
            var credit = ObjectiveInput.InRange(input, "credit", 0.0001m, 1, "A share of the month's spend", inside);
            input.RejectRest();
            if (inside.Count == 0 && (below is null || credit is null))
            {
                inside.Add(new("", "required", "Each step has below and credit."));
            }

            errors.AddRange(inside.Select(e => e with { Path = $"/clause/tiers/{index}{e.Path}" }));
            tiers.Add(new(below ?? 0, credit ?? 0));
        }

        return tiers;
    }

    private static void Check(List<CoveredModel> covers, Clause clause, List<InputError> errors)
    {
        if (errors.Count > 0)
        {
            return;
        }

        if (covers.Count is 0 or > ServiceContract.MaxCovered || covers.DistinctBy(c => c.Model).Count() < covers.Count)
        {
            errors.Add(new("/covers", "length", $"1 to {ServiceContract.MaxCovered} models, each once."));
        }

        if (clause.Tiers.Count is 0 or > Clause.MaxTiers)
        {
            errors.Add(new("/clause/tiers", "length", $"1 to {Clause.MaxTiers} steps: the published clause has none, or none were given."));
        }
        else if (clause.Tiers.Zip(clause.Tiers.Skip(1)).Any(t => t.Second.Below >= t.First.Below || t.Second.Credit < t.First.Credit))
        {
            errors.Add(new("/clause/tiers", "order", "Highest availability first, and no less credit for less availability."));
        }
    }
}
