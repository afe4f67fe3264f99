// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.Leases;
import dev.brindle.datastore.Listing;
import dev.brindle.datastore.Stamp;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.etcd.layout.EtcdKeys;
import dev.brindle.datastore.etcd.layout.EtcdValues;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.SourceFeed;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store in etcd 3.4 or newer, key for key where Calico has it, so both can use it side by side.
///
/// Revisions are etcd's. Each write is one transaction that compares the key's revision.
public final class EtcdDatastore implements Datastore {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdDatastore.class);

  private final EtcdCalls calls;
  private final Collection<Feed> feeds = new ConcurrentLinkedQueue<>();

  EtcdDatastore(EtcdCalls calls) {
    this.calls = calls;
  }

  /// Does not ask the cluster yet: it may be away for now.
  ///
  /// @throws DatastoreException if the settings cannot be right
  public static EtcdDatastore open(EtcdSettings settings) {
    return new EtcdDatastore(EtcdCalls.open(settings));
  }

  /// A key as it is stored.
  private record Found(String path, KeyValue stored, Resource resource) {}

  @Override
  public Optional<Resource> get(ResourceKey key) {
    return find("read", key).map(Found::resource);
  }

  private Optional<Found> find(String what, ResourceKey key) {
    List<String> paths = EtcdKeys.of(key);
    String words = what + " " + key;
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    Stream<GetResponse> answers =
        paths.size() == 1
            ? Stream.of(calls.get(words, paths.getFirst()))
            : calls
                .transaction(words, steps -> steps.Then(reads(paths)))
                .getGetResponses()
                .stream();
    return answers
        .flatMap(answer -> answer.getKvs().stream())
        .map(stored -> found(key, stored))
        .filter(found -> found.resource().key().equals(key))
        .findFirst();
  }

  private static Op[] reads(List<String> paths) {
    return paths.stream()
        .map(path -> Op.get(EtcdCalls.bytes(path), GetOption.DEFAULT))
        .toArray(Op[]::new);
  }

  private Found found(ResourceKey key, KeyValue stored) {
    String path = EtcdCalls.text(stored.getKey());
    ResourceKey there = EtcdKeys.key(path).orElse(key);
    try {
      return new Found(
          path, stored, EtcdValues.read(path, there, json(stored), stored.getModRevision()));
    } catch (ResourceFormatException e) {
      throw new DatastoreException(
          "%s holds %s, which cannot be read: %s".formatted(calls.name(), path, e.getMessage()), e);
    }
  }

  private static String json(KeyValue stored) {
    return EtcdCalls.text(stored.getValue());
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return listing(kind).resources();
  }

  @Override
  public Listing listing(ResourceKind kind) {
    EtcdCalls.Listing found = calls.list("list " + kind.plural(), EtcdKeys.prefixes(kind));
    return new Listing(read(found, kind).toList(), Long.toString(found.revision()));
  }

  @Override
  public List<Resource> list(ResourceKind kind, String namePrefix) {
    String what = "list %s '%s...'".formatted(kind.plural(), namePrefix);
    return read(calls.list(what, EtcdKeys.prefixes(kind, namePrefix)), kind)
        .filter(resource -> resource.metadata().name().startsWith(namePrefix))
        .toList();
  }

  /// Some prefixes may overlap: what is under both is one.
  private static Stream<Resource> read(EtcdCalls.Listing found, ResourceKind kind) {
    return found.values().stream()
        .flatMap(stored -> EtcdEntry.of(stored, Set.of(kind)).stream())
        .flatMap(entry -> entry.value().stream())
        .sorted(Comparator.comparing(Resource::key))
        .distinct();
  }

  @Override
  public WriteResult create(Resource resource) {
    Resource created = Stamp.created(resource, 0, UUID.randomUUID(), Instant.now());
    List<String> paths = EtcdKeys.of(resource.key());
    String path = EtcdKeys.of(resource);
    List<String> all = paths.contains(path) ? paths : List.of(path);
    TxnResponse answer =
        calls.transaction(
            "create " + resource.key(),
            steps ->
                steps.If(all.stream().map(EtcdDatastore::isAbsent).toArray(Cmp[]::new))
                    .Then(put(path, created))
                    .Else(reads(all)));
    return answer.isSucceeded()
        ? written(created, answer)
        : new WriteResult.AlreadyThere(current(resource.key(), answer).orElseThrow().resource());
  }

  private static Cmp isAbsent(String path) {
    return new Cmp(EtcdCalls.bytes(path), Cmp.Op.EQUAL, CmpTarget.version(0));
  }

  private static Cmp isAt(Found found) {
    return new Cmp(
        found.stored().getKey(),
        Cmp.Op.EQUAL,
        CmpTarget.modRevision(found.stored().getModRevision()));
  }

  private static Op put(String path, Resource resource) {
    return Op.put(
        EtcdCalls.bytes(path),
        EtcdCalls.bytes(EtcdValues.write(path, resource)),
        PutOption.DEFAULT);
  }

  private static Op put(Found before, Resource resource) {
    String stored = before.stored().getValue().toString(StandardCharsets.UTF_8);
    return Op.put(
        EtcdCalls.bytes(before.path()),
        EtcdCalls.bytes(EtcdValues.write(before.path(), resource, stored, before.resource())),
        PutOption.DEFAULT);
  }

  /// As it would be read now.
  private static WriteResult.Written written(Resource resource, TxnResponse answer) {
    Metadata metadata =
        EtcdValues.hasMetadata(resource)
            ? resource.metadata()
            : Metadata.named(resource.metadata().name());
    String revision = Long.toString(answer.getHeader().getRevision());
    return new WriteResult.Written(resource.withMetadata(metadata.withResourceVersion(revision)));
  }

  private Optional<Found> current(ResourceKey key, TxnResponse answer) {
    return answer.getGetResponses().stream()
        .flatMap(each -> each.getKvs().stream())
        .map(stored -> found(key, stored))
        .findFirst();
  }

  @Override
  public WriteResult update(Resource resource) {
    String expected = Stamp.requireRevision(resource);
    ResourceKey key = resource.key();
    String what = "update " + key;
    Optional<Found> before = find("read", key);
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    if (!found.resource().metadata().resourceVersion().equals(expected)) {
      return new WriteResult.Conflict(found.resource());
    }
    Resource updated = Stamp.updated(resource, found.resource(), 0);
    TxnResponse answer =
        calls.transaction(
            what,
            steps ->
                steps.If(isAt(found)).Then(put(found, updated)).Else(reads(List.of(found.path()))));
    return answer.isSucceeded() ? written(updated, answer) : overtaken(key, answer);
  }

  private WriteResult overtaken(ResourceKey key, TxnResponse answer) {
    return current(key, answer)
        .<WriteResult>map(found -> new WriteResult.Conflict(found.resource()))
        .orElseGet(() -> new WriteResult.Missing(key));
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    WriteResult result = delete(key, Optional.empty());
    while (result instanceof WriteResult.Conflict) {
      result = delete(key, Optional.empty());
    }
    return result;
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    List<String> paths = EtcdKeys.of(key);
    OptionalLong expected = revisionOf(revision);
    return paths.size() == 1 && expected.isPresent()
        ? deleteUnread(key, paths.getFirst(), expected.getAsLong())
        : delete(key, Optional.of(revision));
  }

  /// A key has no revision while it is not there, which etcd compares as 0.
  private static OptionalLong revisionOf(String text) {
    try {
      long number = Long.parseLong(text);
      return number > 0 ? OptionalLong.of(number) : OptionalLong.empty();
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /// What has that revision is what whoever says so has read: one question is enough.
  private WriteResult deleteUnread(ResourceKey key, String path, long expected) {
    ByteSequence place = EtcdCalls.bytes(path);
    var isAsRead = new Cmp(place, Cmp.Op.EQUAL, CmpTarget.modRevision(expected));
    DeleteOption telling = DeleteOption.builder().withPrevKV(true).build();
    TxnResponse answer =
        calls.transaction(
            "delete " + key,
            steps -> steps.If(isAsRead).Then(Op.delete(place, telling)).Else(reads(List.of(path))));
    return answer.isSucceeded()
        ? new WriteResult.Written(
            found(key, answer.getDeleteResponses().getFirst().getPrevKvs().getFirst()).resource())
        : overtaken(key, answer);
  }

  private WriteResult delete(ResourceKey key, Optional<String> expected) {
    Optional<Found> before = find("read", key);
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    String revision = found.resource().metadata().resourceVersion();
    if (expected.isPresent() && !expected.get().equals(revision)) {
      return new WriteResult.Conflict(found.resource());
    }
    TxnResponse answer =
        calls.transaction(
            "delete " + key,
            steps ->
                steps.If(isAt(found))
                    .Then(Op.delete(found.stored().getKey(), DeleteOption.DEFAULT))
                    .Else(reads(List.of(found.path()))));
    return answer.isSucceeded()
        ? new WriteResult.Written(found.resource())
        : overtaken(key, answer);
  }

  @Override
  public int movePolicies(Runnable permit) {
    int moved = 0;
    for (ResourceKind kind : EtcdKeys.POLICIES) {
      String what = "list " + kind.plural();
      for (KeyValue stored : calls.list(what, EtcdKeys.prefixes(kind)).values()) {
        moved += move(stored, permit) ? 1 : 0;
      }
    }
    return moved;
  }

  /// In one step, so that nobody ever finds it nowhere. What is at the new place already stays.
  private boolean move(KeyValue stored, Runnable permit) {
    String path = EtcdCalls.text(stored.getKey());
    ResourceKey there = EtcdKeys.key(path).orElseThrow();
    Found found = found(there, stored);
    String place = EtcdKeys.of(found.resource());
    if (place.equals(path)) {
      return false;
    }
    permit.run();
    String value = EtcdValues.write(place, found.resource(), json(stored), found.resource());
    Op removal = Op.delete(stored.getKey(), DeleteOption.DEFAULT);
    String what = "move " + found.resource().key();
    boolean isMoved =
        calls
                .transaction(
                    what,
                    steps ->
                        steps.If(isAbsent(place), isAt(found))
                            .Then(
                                Op.put(
                                    EtcdCalls.bytes(place),
                                    EtcdCalls.bytes(value),
                                    PutOption.DEFAULT),
                                removal))
                .isSucceeded()
            || calls
                .transaction(what, steps -> steps.If(isPresent(place), isAt(found)).Then(removal))
                .isSucceeded();
    if (!isMoved) {
      throw new DatastoreException(
          "cannot %s in %s: somebody else changes it: try again".formatted(what, calls.name()));
    }
    return true;
  }

  private static Cmp isPresent(String path) {
    return new Cmp(EtcdCalls.bytes(path), Cmp.Op.GREATER, CmpTarget.version(0));
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    var bell = new Bell();
    var changes = new EtcdChanges(calls, bell);
    Feed telling = SourceFeed.start(calls.name(), changes, bell, kinds, listener);
    Feed feed =
        () -> {
          telling.close();
          changes.close();
        };
    feeds.add(feed);
    return feed;
  }

  @Override
  public Optional<StatusReports> statusReports() {
    return Optional.of(new EtcdStatus(calls));
  }

  @Override
  public Leases leases(String namespace) {
    return new EtcdLeases(calls);
  }

  /// Ends all feeds.
  @Override
  public void close() {
    feeds.forEach(Feed::close);
    calls.close();
    LOG.debug("{} is closed", calls.name());
  }
}
