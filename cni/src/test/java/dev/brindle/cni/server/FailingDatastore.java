// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.PodEvents;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A store that cannot be asked once, or from some question on.
final class FailingDatastore implements Datastore {

  private final Datastore store;
  private int asked;
  private int failing = Integer.MAX_VALUE;
  private int again;

  /// What is said of each pod; may be replaced. Empty for pods that are not there.
  Optional<PodNotes> notes = Optional.of(PodNotes.NONE);

  FailingDatastore(Datastore store) {
    this.store = store;
  }

  /// Counts anew, and answers everything.
  void forget() {
    asked = 0;
    failing = Integer.MAX_VALUE;
  }

  /// How many questions there were.
  int asked() {
    return asked;
  }

  /// @param from the first question that fails; 0 is the next one
  /// @param count how many fail
  void fail(int from, int count) {
    asked = 0;
    failing = from;
    again = from + count;
  }

  private <T> T answer(Supplier<T> question) {
    int number = asked++;
    if (number >= failing && number < again) {
      throw new DatastoreException("the test wanted question %d to fail".formatted(number));
    }
    return question.get();
  }

  @Override
  public Optional<Resource> get(ResourceKey key) {
    return answer(() -> store.get(key));
  }

  @Override
  public List<Resource> list(ResourceKind kind) {
    return answer(() -> store.list(kind));
  }

  /// What people were told of pods.
  final List<String> warnings = new ArrayList<>();

  /// Who may not tell them.
  boolean mayNotWarn;

  @Override
  public Optional<PodEvents> podEvents() {
    return Optional.of((pod, warning, _) -> answer(() -> warn(pod, warning)));
  }

  private boolean warn(PodEvents.Pod pod, PodEvents.Warning warning) {
    if (mayNotWarn) {
      throw DatastoreException.refusal("no right to make events");
    }
    warnings.add("%s %s: %s".formatted(pod, warning.reason(), warning.message()));
    return true;
  }

  @Override
  public Optional<PodNotes> podNotes(String namespace, String pod) {
    return answer(() -> notes);
  }

  @Override
  public WriteResult create(Resource resource) {
    return answer(() -> store.create(resource));
  }

  @Override
  public WriteResult update(Resource resource) {
    return answer(() -> store.update(resource));
  }

  @Override
  public WriteResult delete(ResourceKey key) {
    return answer(() -> store.delete(key));
  }

  @Override
  public WriteResult delete(ResourceKey key, String revision) {
    return answer(() -> store.delete(key, revision));
  }

  @Override
  public Feed feed(Collection<ResourceKind> kinds, FeedListener listener) {
    return store.feed(kinds, listener);
  }

  @Override
  public void close() {}
}
