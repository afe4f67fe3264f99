// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.Stamp;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.embedded.ResourceTable.Stored;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import dev.brindle.datastore.feed.SourceFeed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store in one SQLite file (WAL), for all processes of one machine.
///
/// Each write is one transaction that takes the next revision, so revisions are in the order of
/// commits and a feed that has read up to one has missed nothing.
public final class EmbeddedDatastore implements Datastore {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatastore.class);

  private final StoreFile file;
  private final Connections connections;
  private final FeedBells bells = new FeedBells();
  private final Doorbell doorbell;
  private final RecentReads reads = new RecentReads();
  private final OwnWrites own = new OwnWrites();
  private final Collection<Feed> feeds = new ConcurrentLinkedQueue<>();

  /// Threads of one process wait here in turn, rather than in SQLite.
  private final ReentrantLock writing = new ReentrantLock(true);

  private EmbeddedDatastore(StoreFile file, Connections connections) {
    this.file = file;
    this.connections = connections;
    this.doorbell = new Doorbell(file, connections, bells);
  }

  /// Opens the store in a file; makes it if there is none.
  ///
  /// @throws DatastoreException if that cannot be
  public static EmbeddedDatastore open(Path path) {
    StoreFile.check(path);
    NativeLibrary.prepare(path);
    StoreFile file = StoreFile.prepare(path);
    Connections connections = new Connections(file);
    Creation.ensure(connections);
    return new EmbeddedDatastore(file, connections);
  }

  @Override
  public Optional<Resource> get(ResourceKey key) {
    return connections.with("read " + key, sql -> ResourceTable.find(sql, key)).map(this::read);
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return connections.with("list " + kind.plural(), sql -> ResourceTable.list(sql, kind)).stream()
        .flatMap(row -> readOrReport(row).stream())
        .toList();
  }

  @Override
  public List<Resource> list(ResourceKind kind, String namePrefix) {
    if (kind.isNamespaced()) {
      return Datastore.super.list(kind, namePrefix);
    }
    return connections
        .with(
            "list %s '%s...'".formatted(kind.plural(), namePrefix),
            sql -> ResourceTable.list(sql, kind, namePrefix))
        .stream()
        .flatMap(row -> readOrReport(row).stream())
        .toList();
  }

  @Override
  public WriteResult create(Resource resource) {
    return write(
        "create",
        resource.key(),
        sql -> {
          Optional<Stored> existing = ResourceTable.find(sql, resource.key());
          if (existing.isPresent()) {
            return Outcome.nothing(new WriteResult.AlreadyThere(read(existing.get())));
          }
          long revision = ResourceTable.nextRevision(sql);
          Resource created = Stamp.created(resource, revision, UUID.randomUUID(), Instant.now());
          return written(sql, created, revision);
        });
  }

  @Override
  public WriteResult update(Resource resource) {
    String expected = Stamp.requireRevision(resource);
    return write(
        "update",
        resource.key(),
        sql -> {
          Optional<Stored> existing = ResourceTable.find(sql, resource.key());
          if (existing.isEmpty()) {
            return Outcome.nothing(new WriteResult.Missing(resource.key()));
          }
          Resource current = read(existing.get());
          if (!current.metadata().resourceVersion().equals(expected)) {
            return Outcome.nothing(new WriteResult.Conflict(current));
          }
          long revision = ResourceTable.nextRevision(sql);
          Resource updated = Stamp.updated(resource, current, revision);
          return written(sql, updated, revision);
        });
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    return write("delete", key, sql -> remove(sql, key, Optional.empty()));
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return write("delete", key, sql -> remove(sql, key, Optional.of(revision)));
  }

  private Outcome remove(Sql sql, ResourceKey key, Optional<String> expected) throws SQLException {
    Optional<Stored> existing = ResourceTable.find(sql, key);
    if (existing.isEmpty()) {
      return Outcome.nothing(new WriteResult.Missing(key));
    }
    Resource current = read(existing.get());
    if (expected.isPresent() && !expected.get().equals(current.metadata().resourceVersion())) {
      return Outcome.nothing(new WriteResult.Conflict(current));
    }
    long revision = ResourceTable.nextRevision(sql);
    ResourceTable.remove(sql, key, revision);
    return new Outcome(
        new WriteResult.Written(current), new Entry(key, revision, Optional.empty()), "");
  }

  /// Also whether it can be written: whether nobody keeps it locked, and it is in its place.
  @Override
  public void check() {
    writing.lock();
    try {
      connections.withWrite("write", sql -> sql.number("PRAGMA data_version"));
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    doorbell.listen();
    Feed feed =
        SourceFeed.start(
            "datastore " + file.path(), this::since, bells.add(kinds), kinds, listener);
    feeds.add(feed);
    return feed;
  }

  @Override
  public Leases leases(String namespace) {
    return new LeaseTable(connections, writing);
  }

  /// Ends all feeds.
  @Override
  public void close() {
    feeds.forEach(Feed::close);
    doorbell.close();
    connections.close();
  }

  /// @param entry what changed; absent if nothing was written
  /// @param text that it is stored as
  private record Outcome(WriteResult result, @Nullable Entry entry, String text) {

    static Outcome nothing(WriteResult result) {
      return new Outcome(result, null, "");
    }
  }

  private static Outcome written(Sql sql, Resource resource, long revision) throws SQLException {
    String text = ResourceTable.put(sql, resource, revision);
    return new Outcome(
        new WriteResult.Written(resource),
        new Entry(resource.key(), revision, Optional.of(resource)),
        text);
  }

  private WriteResult write(String what, ResourceKey key, Connections.Work<Outcome> work) {
    Outcome outcome;
    writing.lock();
    try {
      outcome = connections.withWrite(what + " " + key, work);
      note(outcome);
    } finally {
      writing.unlock();
    }
    if (outcome.entry() != null) {
      doorbell.ring(key.kind(), outcome.entry().revision());
    }
    return outcome.result();
  }

  private void note(Outcome outcome) {
    Entry entry = outcome.entry();
    if (entry != null) {
      entry.value().ifPresent(written -> reads.wrote(written, outcome.text()));
      own.note(entry);
    }
  }

  private ChangeBatch since(long start, Set<ResourceKind> kinds) {
    return own.since(start, kinds)
        .orElseGet(
            () ->
                connections.withSnapshot(
                    "read changes",
                    sql -> ResourceTable.since(sql, start, kinds, this::readOrReport)));
  }

  private Resource read(Stored row) {
    try {
      return reads.read(row).orElseThrow();
    } catch (ResourceFormatException e) {
      throw new DatastoreException(
          "datastore %s holds %s, which cannot be read: %s"
              .formatted(file.path(), row.key(), e.getMessage()),
          e);
    }
  }

  /// One bad resource must not hide the others; it counts as absent.
  private Optional<Resource> readOrReport(Stored row) {
    try {
      return reads.read(row);
    } catch (ResourceFormatException e) {
      LOG.warn("{} cannot be read and counts as absent: {}", row.key(), e.getMessage());
      return Optional.empty();
    }
  }
}
