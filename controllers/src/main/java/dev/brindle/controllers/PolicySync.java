// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.kubernetes.PolicyPlan;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Unread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Has Kubernetes' NetworkPolicies be in Calico's store where that is another: without them nobody
/// enforces them there. By feeds of its own, as `ProfileSync`.
final class PolicySync implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PolicySync.class);

  private static final List<ResourceKind> POLICIES = List.of(ResourceKind.NETWORK_POLICY);

  /// What one policy could not is tried again so soon, while news of others do not wait for it.
  private static final Duration RETRY = Duration.ofSeconds(30);

  private final Datastore store;
  private final Datastore kubernetes;
  private final Watched ours;
  private final Watched theirs;
  private volatile List<String> failures = List.of();

  /// @param news is told of each change, and must return at once
  PolicySync(Datastore store, Datastore kubernetes, Watched.News news) {
    this.store = store;
    this.kubernetes = kubernetes;
    this.ours = new Watched(store, POLICIES, PolicyPlan::follows, Optional.empty(), news);
    this.theirs = new Watched(kubernetes, POLICIES, PolicyPlan::follows, Optional.empty(), news);
  }

  /// @return why nothing could be done
  List<String> sync() {
    List<String> unknown = obstacles();
    if (!unknown.isEmpty()) {
      return unknown;
    }
    PolicyPlan plan = plan();
    var steps = new Steps(LOG, Level.DEBUG);
    plan.create().forEach(it -> steps.write(it.key(), "created", () -> store.create(it)));
    plan.update().forEach(it -> steps.write(it.key(), "updated", () -> store.update(it)));
    plan.remove().forEach(it -> steps.attempt(() -> remove(it, steps)));
    failures = steps.failures();
    if (!plan.equals(NOTHING)) {
      LOG.info(
          "Kubernetes' policies: {} made, {} changed, {} removed, {} of those not done",
          plan.create().size(),
          plan.update().size(),
          plan.remove().size(),
          failures.size());
    }
    return steps.isInVain() ? failures : List.of();
  }

  private static final PolicyPlan NOTHING = new PolicyPlan(List.of(), List.of(), List.of());

  private List<String> obstacles() {
    return Stream.of(ours.obstacle(), theirs.obstacle())
        .flatMap(Optional::stream)
        .distinct()
        .map(why -> "Kubernetes' policies do not reach the store: " + why)
        .toList();
  }

  private PolicyPlan plan() {
    Set<ResourceKey> unread =
        unread().stream().map(Unread::key).collect(Collectors.toUnmodifiableSet());
    return PolicyPlan.between(
        theirs.all(ResourceKind.NETWORK_POLICY, NetworkPolicy.class),
        ours.all(ResourceKind.NETWORK_POLICY, NetworkPolicy.class),
        unread);
  }

  private List<Unread> unread() {
    return kubernetes.unread(ResourceKind.NETWORK_POLICY);
  }

  /// It lets more through, so Kubernetes is asked once more: what was heard may be late.
  private Optional<String> remove(NetworkPolicy gone, Steps steps) {
    if (kubernetes.get(gone.key()).isPresent()) {
      return Optional.of("%s stays: Kubernetes still has it".formatted(gone.key()));
    }
    return steps.outcome(
        gone.key(), "removed", store.delete(gone.key(), gone.metadata().resourceVersion()));
  }

  /// What concerns some policies only.
  List<String> notes() {
    List<String> left =
        unread().stream().map(each -> "%s: %s".formatted(each.key(), each.why())).toList();
    return Stream.concat(failures.stream(), left.stream()).toList();
  }

  /// After how long all is compared without news.
  Duration period(Duration usual) {
    return failures.isEmpty() || usual.compareTo(RETRY) < 0 ? usual : RETRY;
  }

  /// Whether all of a namespace's policies are in the store. Before, nobody there may be given a
  /// profile that lets all through.
  Predicate<String> areInForce() {
    if (!obstacles().isEmpty()) {
      return _ -> false;
    }
    Set<String> open = plan().open();
    return namespace -> !open.contains(namespace);
  }

  /// @param kubernetes how many it has
  /// @param waiting how many of them are not in the store as they are there
  /// @param incomplete how many cannot be read, or not all of them
  record Counts(int kubernetes, int waiting, int incomplete) {}

  Counts counts() {
    PolicyPlan plan = plan();
    return new Counts(
        theirs.all(ResourceKind.NETWORK_POLICY, NetworkPolicy.class).size(),
        plan.create().size() + plan.update().size() + plan.remove().size(),
        unread().size());
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
