using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace StatusHub.Domain.Storage;

/// <summary>Data-protection keys in the database, so that every node reads the others' cookies and credentials.</summary>
public sealed class KeyRing(Database database) : IXmlRepository
{
    private const string Prefix = "data-protection/";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.System.CreateCommand($"SELECT value FROM settings WHERE starts_with(name, '{Prefix}')");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
        {
            keys.Add(XElement.Parse(reader.GetString(0)));
        }

        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.System.CreateCommand(
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        command.Parameters.Add(new() { Value = Prefix + friendlyName });
        command.Parameters.Add(new() { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.ExecuteNonQuery();
    }
}
