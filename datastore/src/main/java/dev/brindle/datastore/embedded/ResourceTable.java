// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The rows of the store. Writes belong into a write transaction of the caller.
final class ResourceTable {

  private static final Map<String, ResourceKind> KINDS =
      Arrays.stream(ResourceKind.values())
          .collect(Collectors.toMap(ResourceKind::kindName, Function.identity()));

  /// How many removals are remembered for feeds that fall behind.
  private static final int REMOVALS_KEPT = 10_000;

  /// Forgetting is done now and then, not at each write.
  private static final int FORGET_EVERY = 1_000;

  private static final String COLUMNS =
      "SELECT kind, namespace, name, revision, body FROM resource";

  /// The plus keeps SQLite from looking through all rows of the kinds where few have a newer
  /// revision.
  private static final String OF_KINDS = " WHERE +kind IN (SELECT value FROM json_each(?))";

  /// Kinds and a revision: what is newer.
  static final String SINCE = COLUMNS + OF_KINDS + " AND revision > ?";

  /// A revision: the kinds of what is newer, each as often as there is something.
  static final String KINDS_SINCE = "SELECT kind FROM resource WHERE revision > ?";

  /// Kind and two names: from the first to before the second. Of a kind without namespaces.
  static final String NAMED =
      COLUMNS
          + " WHERE kind = ? AND namespace = '' AND name >= ? AND name < ? AND body IS NOT NULL"
          + " ORDER BY name";

  /// No text sorts after it.
  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private ResourceTable() {}

  static Optional<Stored> find(Sql sql, ResourceKey key) throws SQLException {
    return sql
        .query(
            COLUMNS + " WHERE kind = ? AND namespace = ? AND name = ? AND body IS NOT NULL",
            ResourceTable::stored,
            key.kind().kindName(),
            key.namespace(),
            key.name())
        .stream()
        .findFirst();
  }

  static List<Stored> list(Sql sql, ResourceKind kind) throws SQLException {
    return sql.query(
        COLUMNS + " WHERE kind = ? AND body IS NOT NULL ORDER BY namespace, name",
        ResourceTable::stored,
        kind.kindName());
  }

  /// @param kind has no namespaces
  static List<Stored> list(Sql sql, ResourceKind kind, String namePrefix) throws SQLException {
    return sql.query(
        NAMED, ResourceTable::stored, kind.kindName(), namePrefix, namePrefix + LAST_CHARACTER);
  }

  /// Gives out the next revision.
  static long nextRevision(Sql sql) throws SQLException {
    sql.update("UPDATE store SET revision = revision + 1");
    return revision(sql);
  }

  static long revision(Sql sql) throws SQLException {
    return sql.number("SELECT revision FROM store");
  }

  /// @return the text that it is stored as
  static String put(Sql sql, Resource resource, long revision) throws SQLException {
    String text = ResourceCodec.stored(resource);
    put(sql, resource.key(), revision, Optional.of(text));
    return text;
  }

  static void remove(Sql sql, ResourceKey key, long revision) throws SQLException {
    put(sql, key, revision, Optional.empty());
  }

  private static void put(Sql sql, ResourceKey key, long revision, Optional<String> body)
      throws SQLException {
    sql.update(
        """
        INSERT INTO resource (kind, namespace, name, revision, body) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, namespace, name)
        DO UPDATE SET revision = excluded.revision, body = excluded.body
        """,
        key.kind().kindName(),
        key.namespace(),
        key.name(),
        revision,
        body.orElse(null));
    if (revision % FORGET_EVERY == 0) {
      forget(sql, revision - REMOVALS_KEPT);
    }
  }

  /// Drops the removals up to a revision. A feed that has not seen them lists anew.
  static void forget(Sql sql, long last) throws SQLException {
    int dropped = sql.update("DELETE FROM resource WHERE body IS NULL AND revision <= ?", last);
    if (dropped > 0) {
      sql.update("UPDATE store SET forgotten = max(forgotten, ?)", last);
    }
  }

  /// What changed since; everything, if some of it is forgotten or the store is an older copy.
  /// Belongs into one snapshot.
  static ChangeBatch since(
      Sql sql, long start, Set<ResourceKind> kinds, Function<Stored, Optional<Resource>> read)
      throws SQLException {
    long revision = revision(sql);
    long forgotten = sql.number("SELECT forgotten FROM store");
    if (start == revision) {
      return new ChangeBatch(revision, false, List.of());
    }
    boolean isComplete = start < forgotten || start > revision || start == ChangeSource.BEGINNING;
    List<Stored> rows =
        isComplete
            ? sql.query(
                COLUMNS + OF_KINDS + " AND body IS NOT NULL", ResourceTable::stored, of(kinds))
            : sql.query(SINCE, ResourceTable::stored, of(kinds), start);
    return new ChangeBatch(
        revision,
        isComplete,
        rows.stream()
            .sorted(Comparator.comparingLong(Stored::revision))
            .map(row -> entry(row, read.apply(row)))
            .toList());
  }

  /// The key is the value's where there is one: both are kept for long, and share their texts then.
  private static ChangeBatch.Entry entry(Stored row, Optional<Resource> value) {
    return new ChangeBatch.Entry(value.map(Resource::key).orElse(row.key()), row.revision(), value);
  }

  /// The kinds of what has changed, or was removed, since a revision that is not long ago: no
  /// removal since is forgotten. Kinds that this version does not know are left out.
  static Set<ResourceKind> kindsSince(Sql sql, long start) throws SQLException {
    return sql.query(KINDS_SINCE, row -> row.getString(1), start).stream()
        .flatMap(name -> Optional.ofNullable(KINDS.get(name)).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// As a JSON array, so that one statement does for all sets of kinds.
  private static String of(Set<ResourceKind> kinds) {
    return kinds.stream()
        .map(kind -> '"' + kind.kindName() + '"')
        .sorted()
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static Stored stored(ResultSet row) throws SQLException {
    ResourceKind kind = KINDS.get(row.getString(1));
    if (kind == null) {
      throw new SQLException("kind '%s' is not known".formatted(row.getString(1)));
    }
    ResourceKey key = new ResourceKey(kind, row.getString(2), row.getString(3));
    return new Stored(key, row.getLong(4), Optional.ofNullable(row.getString(5)));
  }

  /// A row as it is.
  ///
  /// @param body absent if the key was removed
  record Stored(ResourceKey key, long revision, Optional<String> body) {

    /// @throws dev.brindle.datastore.codec.ResourceFormatException if the text cannot be read
    Resource parse(String text) {
      return ResourceCodec.readStored(key.kind(), text);
    }

    Resource withRevision(Resource resource) {
      return resource.withMetadata(
          resource.metadata().withResourceVersion(Long.toString(revision)));
    }
  }
}
