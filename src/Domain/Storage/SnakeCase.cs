using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using StatusHub.Domain.Catalog;

namespace StatusHub.Domain.Storage;

/// <summary>Table and column names as PostgreSQL people write them.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder builder)
    {
        // What lies inside a JSON column has no names of its own in the schema.
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()))
        {
            if (entity.GetTableName() is { } table && table.Any(char.IsUpper))
            {
                entity.SetTableName(Of(table.Replace("AspNet", "", StringComparison.Ordinal)));
            }

            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Of(property.GetColumnName()));
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(Of(key.GetName() ?? ""));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(Of(index.GetDatabaseName() ?? ""));
            }
        }
    }

    private static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

internal sealed class ModelIdConverter() : ValueConverter<ModelId, string>(id => id.Value, text => ModelId.Parse(text));
