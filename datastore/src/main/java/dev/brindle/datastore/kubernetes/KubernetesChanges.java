// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.feed.ChangeBatch;
import dev.brindle.datastore.feed.ChangeBatch.Entry;
import dev.brindle.datastore.feed.ChangeSource;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// What one feed hears from Kubernetes: each collection by itself, told as one stream. What `since`
/// calls a revision is a count of what was told.
final class KubernetesChanges implements ChangeSource, AutoCloseable {

  /// @param number in the order it was heard
  private record Untold(long number, Entry entry) {}

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final Bell bell;
  private final HeardPods heard;
  private final Selection pods;

  private final Deque<Untold> untold = new ArrayDeque<>();

  /// Those that are wanted; `collections` of the first of them are listed and watched.
  private List<ObjectLayout> layouts = List.of();

  private final List<ObjectFeed> collections = new ArrayList<>();

  /// What they had, until all are listed.
  private final List<Entry> listed = new ArrayList<>();

  private long count;

  /// The count at the last complete listing. A listener that is not so far has not had it.
  private long listedAt = Long.MAX_VALUE;

  private boolean isClosed;

  /// @param heard is told of pods and namespaces, too
  /// @param pods that are told of
  KubernetesChanges(
      KubernetesCalls calls, KubernetesPlaces places, Bell bell, HeardPods heard, Selection pods) {
    this.calls = calls;
    this.places = places;
    this.bell = bell;
    this.heard = heard;
    this.pods = pods;
  }

  @Override
  public synchronized ChangeBatch since(long start, Set<ResourceKind> kinds) {
    if (isClosed) {
      return new ChangeBatch(start, false, List.of());
    }
    if (start < listedAt) {
      return list(kinds);
    }
    while (!untold.isEmpty() && untold.getFirst().number() <= start) {
      untold.removeFirst();
    }
    collections.forEach(each -> hear(each.news()));
    mend();
    return new ChangeBatch(count, false, untold.stream().map(Untold::entry).toList());
  }

  /// What is listed and watched already stays so if another collection fails: a server that is
  /// asked too much for now would else be asked for all of it again.
  private ChangeBatch list(Set<ResourceKind> kinds) {
    List<ObjectLayout> wanted = places.inOrder(kinds);
    if (collections.size() == layouts.size() || !layouts.equals(wanted)) {
      collections.forEach(ObjectFeed::close);
      collections.clear();
      listed.clear();
      layouts = wanted;
    }
    while (collections.size() < layouts.size()) {
      ObjectLayout next = layouts.get(collections.size());
      Selection selection = next.objects().equals(ApiResource.PODS) ? pods : Selection.ALL;
      var feed =
          new ObjectFeed(calls, places, next, selection, bell, InstantSource.system(), heard);
      try {
        listed.addAll(feed.list());
      } catch (RuntimeException e) {
        feed.close();
        throw e;
      }
      collections.add(feed);
    }
    List<Entry> entries = List.copyOf(listed);
    listed.clear();
    untold.clear();
    count++;
    listedAt = count;
    bell.ring(); // what the first have heard since is not told yet
    return new ChangeBatch(count, true, entries);
  }

  private void hear(List<Entry> entries) {
    for (Entry entry : entries) {
      count++;
      untold.add(new Untold(count, entry));
    }
  }

  /// One collection that cannot go on does not hold up the news of the others.
  private void mend() {
    for (ObjectFeed each : collections) {
      try {
        hear(each.mend());
      } catch (DatastoreException e) {
        if (untold.isEmpty()) {
          throw e;
        }
        bell.ring(); // there is more to do, and nobody else will say so
      }
    }
  }

  /// After the feed's thread has ended.
  @Override
  public synchronized void close() {
    isClosed = true;
    collections.forEach(ObjectFeed::close);
  }
}
