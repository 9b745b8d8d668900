namespace StatusHub.Web.Operations;

/// <summary>Whether this node is ready to be asked: set once its schema is there and its first view is built.</summary>
public sealed class Readiness
{
    private volatile bool _isReady;

    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
