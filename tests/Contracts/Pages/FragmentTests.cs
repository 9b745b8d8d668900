using StatusHub.Domain.Judging;
using StatusHub.Support;
using StatusHub.Web.Public.Rendering;

namespace StatusHub.Contracts.Pages;

/// <summary>The parts that live updates replace.</summary>
public sealed class FragmentTests
{
    [Fact]
    public async Task Every_fragment_is_one_element_of_the_page_under_its_own_id()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            Assert.True(page.Fragments.Select(f => f.Id).Distinct().Count() == page.Fragments.Count, where);
            foreach (var fragment in page.Fragments.Append(page.Main))
            {
                Assert.Contains(fragment.Html, page.Html);
                var element = Assert.Single(Rendered.Parse($"<body>{fragment.Html}").Body!.Children);
                Assert.Equal(fragment.Id, element.Id);
            }
        }
    }

    [Fact]
    public async Task No_mark_of_a_part_is_left_in_a_page()
    {
        foreach (var (where, page) in await Rendered.Everything())
        {
            Assert.True(page.Html.All(c => c is < '\uE000' or > '\uF8FF'), where);
        }
    }

    [Fact]
    public async Task A_view_rendered_twice_changes_nothing()
    {
        var (first, second) = (await Rendered.Page(SampleViews.BadDay()), await Rendered.Page(SampleViews.BadDay()));
        Assert.Empty(second.ChangesSince(first));
    }

    [Fact]
    public async Task A_fresh_check_sends_one_small_fragment()
    {
        var view = SampleViews.Calm();
        var model = view.Models[3];
        var later = view with { Models = [.. view.Models.Select(m => m == model ? m with { Verdict = m.Verdict with { LastEvidenceAt = view.AsOf } } : m)] };
        var change = Assert.Single((await Rendered.Page(later)).ChangesSince(await Rendered.Page(view)));
        Assert.Equal($"n:{model.Id}", change.Id);
        Assert.InRange(change.Html.Length, 1, 600);
    }

    [Fact]
    public async Task A_changed_state_sends_that_state_and_the_banner()
    {
        var view = SampleViews.Calm();
        var model = view.Models[3];
        var later = view with { Models = [.. view.Models.Select(m => m == model ? SampleViews.With(m, HealthState.MajorOutage) : m)] };
        var changes = (await Rendered.Page(later)).ChangesSince(await Rendered.Page(view));
        Assert.Equal(["now", $"s:{model.Id}"], changes.Select(c => c.Id));
    }

    [Fact]
    public async Task A_model_that_comes_or_goes_sends_the_main_content_whole()
    {
        var view = SampleViews.Calm();
        var fewer = view with { Models = [.. view.Models.Skip(1)] };
        Assert.Equal("main", Assert.Single((await Rendered.Page(fewer)).ChangesSince(await Rendered.Page(view))).Id);
        Assert.Equal("main", Assert.Single((await Rendered.Page(view)).ChangesSince(null)).Id);
    }

    [Fact]
    public async Task A_page_that_grows_old_sends_the_notice()
    {
        var view = SampleViews.Calm();
        var changes = (await Rendered.Page(view, now: view.AsOf.AddMinutes(3))).ChangesSince(await Rendered.Page(view));
        Assert.Contains(changes, c => c.Id == "age" && c.Html.Contains("3&#xA0;min old", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_has_a_path_and_every_path_is_listed_once()
    {
        var view = SampleViews.BadDay();
        var paths = PublicPages.Paths(view).ToList();
        Assert.Equal(paths.Count, paths.Distinct().Count());
        Assert.Equal(2 + view.Models.Count + view.Incidents.Count + 2, paths.Count(p => PublicPages.At(view, p) is not GuidePage));
        Assert.All(paths.SkipLast(2), path => Assert.IsNotType<NotFoundPage>(PublicPages.At(view, path)));
    }
}
