// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.etcd.EtcdCalls.Listing;
import dev.brindle.datastore.etcd.layout.EtcdKeys;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeSource;
import dev.brindle.datastore.feed.Holders;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.GetOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one feed hears from etcd: all there is, then what watches tell. When they break off it goes
/// on where they were, if the cluster still has the history it had; else it lists anew. A cluster
/// that was restored from a snapshot may have other things under revisions that we have seen.
///
/// What `since` calls a revision is a count of its own: several watches, each with etcd's
/// revisions, are one stream here. For one thread; only the watches call from others, into
/// `EtcdNews`.
final class EtcdChanges implements ChangeSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EtcdChanges.class);

  private final EtcdCalls calls;
  private final Bell bell;

  /// Names that people know a resource by where its key has another.
  private final Map<ResourceKey, ResourceKey> aliases = new HashMap<>();
  private final Holders holders = new Holders();

  private EtcdNews news;
  private Optional<KeyValue> landmark = Optional.empty();
  private long count;

  /// The count at the last complete listing. A listener that is not so far has not had it.
  private long listedAt = Long.MAX_VALUE;

  EtcdChanges(EtcdCalls calls, Bell bell) {
    this.calls = calls;
    this.bell = bell;
    this.news = new EtcdNews(bell);
  }

  @Override
  public ChangeBatch since(long start, Set<ResourceKind> kinds) {
    if (start < listedAt) {
      return list(kinds);
    }
    List<EtcdNews.Item> items = news.after(start);
    if (!items.isEmpty()) {
      count = items.getLast().number();
      if (news.isBroken()) {
        bell.ring(); // there is more to do, and nobody else will say so
      }
      return new ChangeBatch(count, false, entries(items, kinds));
    }
    return news.isBroken() ? goOn(kinds) : new ChangeBatch(count, false, List.of());
  }

  private ChangeBatch list(Set<ResourceKind> kinds) {
    List<String> prefixes = EtcdKeys.watched(kinds);
    Listing listing = calls.list("list all", prefixes);
    aliases.clear();
    holders.clear();
    landmark = listing.values().stream().max(Comparator.comparingLong(KeyValue::getModRevision));
    List<ChangeBatch.Entry> entries =
        listing.values().stream()
            .sorted(Comparator.comparingLong(KeyValue::getModRevision))
            .flatMap(stored -> entry(stored, kinds).stream())
            .toList();
    Map<String, Long> positions = new HashMap<>();
    prefixes.forEach(prefix -> positions.put(prefix, listing.revision()));
    count++;
    listedAt = count;
    watch(positions);
    return new ChangeBatch(count, true, entries);
  }

  private void watch(Map<String, Long> positions) {
    news.close();
    news = new EtcdNews(bell, count, positions);
    news.watch(calls);
  }

  private ChangeBatch goOn(Set<ResourceKind> kinds) {
    String why = news.whyBroken();
    if (news.isForgotten() || !isSameHistory()) {
      LOG.info("{} broke off a watch ({}); listing anew", calls.name(), why);
      return list(kinds);
    }
    LOG.info("{} broke off a watch ({}); going on from where it was", calls.name(), why);
    watch(news.positions());
    return new ChangeBatch(count, false, List.of());
  }

  /// Whether what we saw written last is still there, or was there at that revision.
  private boolean isSameHistory() {
    if (landmark.isEmpty()) {
      return false;
    }
    KeyValue seen = landmark.get();
    String path = EtcdCalls.text(seen.getKey());
    if (isAt(calls.get("read " + path, path).getKvs(), seen)) {
      return true;
    }
    GetOption then = GetOption.builder().withRevision(seen.getModRevision()).build();
    try {
      return isAt(calls.get("read " + path, path, then).getKvs(), seen);
    } catch (DatastoreException e) {
      if (EtcdFault.isUnknownRevision(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isAt(List<KeyValue> found, KeyValue seen) {
    return found.stream()
        .anyMatch(
            stored ->
                stored.getModRevision() == seen.getModRevision()
                    && stored.getValue().equals(seen.getValue()));
  }

  private List<ChangeBatch.Entry> entries(List<EtcdNews.Item> items, Set<ResourceKind> kinds) {
    List<ChangeBatch.Entry> entries = new ArrayList<>();
    for (EtcdNews.Item item : items) {
      if (item.isGone()) {
        gone(item.stored(), kinds).ifPresent(entries::add);
      } else {
        landmark = Optional.of(item.stored());
        entry(item.stored(), kinds).ifPresent(entries::add);
      }
    }
    return entries;
  }

  /// The same each time it is asked, as a listener that failed is told again. What cannot be read
  /// is gone under the name it had.
  private Optional<ChangeBatch.Entry> entry(KeyValue stored, Set<ResourceKind> kinds) {
    Optional<ChangeBatch.Entry> entry = EtcdEntry.of(stored, kinds);
    if (entry.isPresent() && entry.get().value().isEmpty()) {
      return gone(stored, kinds);
    }
    entry.ifPresent(known -> holders.hold(EtcdCalls.text(stored.getKey()), known));
    entry.ifPresent(
        known ->
            EtcdKeys.key(EtcdCalls.text(stored.getKey()))
                .filter(key -> !key.equals(known.key()) || aliases.containsKey(key))
                .ifPresent(key -> aliases.put(key, known.key())));
    return entry;
  }

  private Optional<ChangeBatch.Entry> gone(KeyValue stored, Set<ResourceKind> kinds) {
    return EtcdKeys.key(EtcdCalls.text(stored.getKey()))
        .filter(key -> kinds.contains(key.kind()))
        .map(key -> aliases.getOrDefault(key, key))
        .map(key -> new ChangeBatch.Entry(key, stored.getModRevision(), Optional.empty()))
        .map(gone -> holders.leave(EtcdCalls.text(stored.getKey()), gone));
  }

  @Override
  public void close() {
    news.close();
  }
}
