using System.ComponentModel.DataAnnotations;
using System.Net;
using StatusHub.Feed.Webhooks;

namespace StatusHub.Unit.Feed.Webhooks;

public sealed class TargetGuardTests
{
    private static readonly TargetGuard Guard = new(new GuardOptions());

    [Theory]
    [InlineData("https://hooks.example.com/a?b=c", "https://hooks.example.com/a?b=c")]
    [InlineData("http://hooks.example.com", "http://hooks.example.com/")]
    [InlineData("HTTPS://Hooks.Example.COM:8443/A%20b%2Fc", "https://hooks.example.com:8443/A%20b%2Fc")]
    [InlineData("https://hooks.example.com:443/", "https://hooks.example.com/")]
    [InlineData("https://hooks.example.com/a#part", "https://hooks.example.com/a")]
    [InlineData("https://hooks.example.com:50001/", "https://hooks.example.com:50001/")]
    [InlineData("https://1.1.1.1/", "https://1.1.1.1/")]
    [InlineData("https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x")]
    [InlineData("https://аррӏе.com/", "https://xn--80ak6aa92e.com/")] // shown as what is looked up
    public void An_ordinary_address_is_admitted_in_its_canonical_form(string text, string canonical)
    {
        Assert.True(Guard.TryAdmit(text, out var target, out var refusal), refusal.ToString());
        Assert.Equal(canonical, target.AbsoluteUri);
    }

    [Theory]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://127.1")]
    [InlineData("https://0x7f.1")]
    [InlineData("https://2130706433")]
    [InlineData("https://0177.0.0.1")]
    [InlineData("https://127.0.0.1.")]
    [InlineData("https://0/")]
    [InlineData("https://0.0.0.0")]
    [InlineData("https://[::]")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::ffff:127.0.0.1]")]
    [InlineData("https://[::ffff:10.0.0.1]")]
    [InlineData("https://[64:ff9b::7f00:1]")]
    [InlineData("https://[2002:7f00:1::]")]
    [InlineData("https://[5f00::1]")]
    [InlineData("https://[fe80::1%25eth0]")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://255.255.255.255")]
    [InlineData("https://localhost")]
    [InlineData("https://LOCALHOST.")]
    [InlineData("https://x.localhost")]
    [InlineData("https://vault.internal")]
    [InlineData("https://printer.local.")]
    [InlineData("https://nas.home.arpa")]
    [InlineData("https://postgres")]
    public void An_address_that_leads_inside_is_refused_however_it_is_spelt(string text) =>
        AssertRefused(TargetRefusal.Host, text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hook")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://①②⑦.0.0.1/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://ｌｏｃａｌｈｏｓｔ/")]
    [InlineData("hooks.example.com")]
    [InlineData("https://")]
    [InlineData("https://ok.com\\@127.0.0.1/")]
    [InlineData("https://ok.com\\evil")]
    [InlineData("https://ok.com/\r\nX: y")]
    [InlineData("https://ok.com/\t")]
    [InlineData(" https://ok.com/")]
    [InlineData("https://exa\u202emple.com/")]
    [InlineData("https://exa\u200bmple.com/")]
    [InlineData("https://exa\u00admple.com/")]
    [InlineData("https://ok.com/{id}")]
    [InlineData("https://ok.com:65536/")]
    public void What_readers_would_read_differently_is_no_address(string? text) =>
        AssertRefused(TargetRefusal.NotAnAddress, text);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("gopher://example.com/")]
    [InlineData("data:text/plain,x")]
    [InlineData("ws://example.com/")]
    public void Only_the_web_is_spoken(string text) => AssertRefused(TargetRefusal.Scheme, text);

    [Theory]
    [InlineData("https://evil.com@127.0.0.1/")]
    [InlineData("https://user:pass@example.com/")]
    [InlineData("https://user@example.com/")]
    public void Names_and_passwords_do_not_belong_in_an_address(string text) => AssertRefused(TargetRefusal.UserInfo, text);

    [Theory]
    [InlineData(0)]
    [InlineData(22)]
    [InlineData(25)]
    [InlineData(1023)]
    [InlineData(2375)]
    [InlineData(5432)]
    [InlineData(6379)]
    [InlineData(27017)]
    public void Ports_of_other_trades_are_refused(int port) => AssertRefused(TargetRefusal.Port, $"https://example.com:{port}/");

    [Fact]
    public void An_address_without_end_is_refused()
    {
        const string Start = "https://example.com/";

        Assert.True(Guard.TryAdmit(Start + new string('a', 2048 - Start.Length), out _, out _));
        AssertRefused(TargetRefusal.TooLong, Start + new string('a', 2049 - Start.Length));
    }

    [Fact]
    public void Https_can_be_required()
    {
        var strict = new TargetGuard(new GuardOptions { RequireHttps = true });

        Assert.False(strict.TryAdmit("http://example.com", out _, out var refusal));
        Assert.Equal(TargetRefusal.Scheme, refusal);
        Assert.True(strict.TryAdmit("https://example.com", out _, out _));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("http://[::1]:5000")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://192.168.7.9")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://receiver:8080/hook")]
    public void An_operator_may_admit_networks_and_their_short_names(string text)
    {
        var guard = new TargetGuard(new GuardOptions { AllowTargets = "127.0.0.0/8, ::1; 192.168.7.9/32" });

        Assert.True(guard.TryAdmit(text, out _, out _));
    }

    [Theory]
    [InlineData("http://192.168.7.10")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://[64:ff9b::7f00:1]")] // reaches loopback in another way than the one admitted
    public void What_the_operator_did_not_name_stays_refused(string text)
    {
        var guard = new TargetGuard(new GuardOptions { AllowTargets = "127.0.0.0/8,::1/128,192.168.7.9" });

        Assert.False(guard.TryAdmit(text, out _, out _));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    public void Even_an_operator_who_admits_everything_does_not_admit_these(string address)
    {
        Assert.True(AllowedNetworks.TryParse("0.0.0.0/0,::/0", out var all, out _));

        Assert.False(all.MayReach(IPAddress.Parse(address)));
        Assert.True(all.MayReach(IPAddress.Parse("10.0.0.1")));
        Assert.True(all.MayReach(IPAddress.Parse("fd12::1")));
    }

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.255.255", "10.2.0.0")]
    [InlineData("fd12::/16", "fd12:ffff::1", "fd13::1")]
    [InlineData("::ffff:10.0.0.0/104", "10.255.0.1", "127.0.0.1")]
    [InlineData("10.0.0.7", "::ffff:10.0.0.7", "10.0.0.8")]
    [InlineData("", "1.1.1.1", "10.0.0.1")]
    public void A_network_admits_its_own_addresses(string networks, string inside, string outside)
    {
        Assert.True(AllowedNetworks.TryParse(networks, out var allowed, out _));

        Assert.True(allowed.MayReach(IPAddress.Parse(inside)));
        Assert.False(allowed.MayReach(IPAddress.Parse(outside)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("::1/129")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.1.2.3/8")]
    [InlineData("10")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("localhost")]
    public void A_slip_in_the_operators_list_is_found_at_the_start(string piece)
    {
        var options = new GuardOptions { AllowTargets = "127.0.0.0/8," + piece };

        var found = Assert.Single(options.Validate(new ValidationContext(options)));

        Assert.Contains($"'{piece}'", found.ErrorMessage);
        Assert.Throws<FormatException>(() => new TargetGuard(options));
    }

    private static void AssertRefused(TargetRefusal expected, string? text)
    {
        Assert.False(Guard.TryAdmit(text, out var target, out var refusal));
        Assert.Equal((expected, null), (refusal, target));
    }
}
