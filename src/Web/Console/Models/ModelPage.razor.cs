using Microsoft.AspNetCore.Components;
using StatusHub.Domain.Catalog;
using StatusHub.Domain.Evidence;
using StatusHub.Domain.Storage;
using StatusHub.Domain.Tenancy;
using StatusHub.Web.Access;
using StatusHub.Web.Public;

namespace StatusHub.Web.Console.Models;

/// <summary>One model: the verdict with its reasons, and the raw probes of the member's own organisation.</summary>
public sealed partial class ModelPage
{
    private const int ShownProbes = 50;
    private static readonly TimeSpan Back = TimeSpan.FromDays(1);

    private ModelView? _model;
    private IncidentView? _incident;
    private IReadOnlyList<ProbeOutcome> _outcomes = [];
    private DateTimeOffset? _readUpTo;
    private double _scale = 1;
    private bool _mayRead = true;
    private bool _table;

    [Parameter]
    public required string Provider { get; set; }

    [Parameter]
    public required string Model { get; set; }

    [Inject]
    public required MemberWork Work { get; set; }

    protected override async Task ViewChangedAsync()
    {
        _model = ModelId.TryParse($"{Provider}/{Model}", out var id) ? View.Models.FirstOrDefault(m => m.Id == id) : null;
        _incident = _model?.IncidentId is { } incident ? View.Incidents.FirstOrDefault(i => i.Id == incident) : null;
        if (_model is not null && (_readUpTo is null || _readUpTo != _model.Verdict.LastEvidenceAt))
        {
            _readUpTo = _model.Verdict.LastEvidenceAt ?? DateTimeOffset.MinValue;
            await ReadProbesAsync(_model.Id);
        }
    }

    // The router keeps the page when only the address' model changes.
    protected override async Task OnParametersSetAsync()
    {
        if (_model is { } shown && shown.Id.Value != $"{Provider}/{Model}")
        {
            _readUpTo = null;
            await ViewChangedAsync();
        }
    }

    private async Task ReadProbesAsync(ModelId model)
    {
        var answer = await Work.AskAsync(Role.Viewer, OrgOutcomesAsync);
        _mayRead = answer.Allowed;
        _outcomes = answer.Value ?? [];
        _scale = Waterfall.Scale(_outcomes);

        Task<IReadOnlyList<ProbeOutcome>> OrgOutcomesAsync(IServiceProvider services) =>
            services.GetRequiredService<ObservationStore>().LatestAsync(
                services.GetRequiredService<OrgScope>().OrgId!.Value, model, endpointId: null, Clocks.Now - Back, ShownProbes, Gone);
    }
}
