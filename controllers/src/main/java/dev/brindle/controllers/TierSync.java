// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.validation.ClusterDefaults;
import dev.brindle.controllers.pool.Condition;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.WriteResult;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the tiers that every cluster has, and keeps a tier that somebody removes until its
/// policies have gone, where Kubernetes keeps what has finalizers.
final class TierSync {

  static final String FINALIZER = "projectcalico.org/tier-controller";

  private static final Logger LOG = LoggerFactory.getLogger(TierSync.class);

  private static final List<ResourceKind> POLICIES =
      List.of(
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY);

  private final Cluster cluster;
  private final Datastore store;
  private final InstantSource clock;

  TierSync(Cluster cluster, Datastore store, InstantSource clock) {
    this.cluster = cluster;
    this.store = store;
    this.clock = clock;
  }

  /// @return what could not be done; it is tried again
  List<String> sync() {
    List<Tier> tiers = cluster.tiers();
    Set<String> names =
        tiers.stream().map(tier -> tier.metadata().name()).collect(Collectors.toSet());
    for (Tier tier : ClusterDefaults.TIERS) {
      if (!names.contains(tier.metadata().name())
          && store.create(tier) instanceof WriteResult.Written) {
        LOG.info("{} is made: every cluster has it", tier.key());
      }
    }
    List<String> problems = new ArrayList<>();
    Optional<Finalizers> finalizers = store.finalizers();
    if (finalizers.isPresent()) {
      for (Tier tier : tiers) {
        hold(tier, finalizers.get()).ifPresent(problems::add);
      }
    }
    return problems;
  }

  private Optional<String> hold(Tier tier, Finalizers finalizers) {
    if (!tier.metadata().isLeaving()) {
      finalizers.set(tier.key(), FINALIZER, true);
      return Optional.empty();
    }
    String left = policiesIn(tier);
    if (left.isEmpty()) {
      if (finalizers.set(tier.key(), FINALIZER, false)) {
        LOG.info("{} has no policies any more: it may go", tier.key());
      }
      return Optional.empty();
    }
    var condition =
        new Condition("Ready", false, "Terminating", "it goes when these have gone: " + left);
    Map<String, Object> status = condition.in(tier.status(), clock.instant());
    if (!status.equals(tier.status())) {
      store.updateStatus(new Tier(tier.metadata(), tier.spec(), status));
    }
    // nobody tells us of policies: looked at again and again, as long as it takes
    return Optional.of("%s is being removed and waits for %s".formatted(tier.key(), left));
  }

  /// `3 NetworkPolicy, 1 StagedNetworkPolicy`, or nothing.
  private String policiesIn(Tier tier) {
    return POLICIES.stream()
        .flatMap(
            kind -> {
              long count =
                  store.list(kind).stream()
                      .filter(policy -> tierOf(policy).equals(tier.metadata().name()))
                      .count();
              return count == 0 ? Stream.of() : Stream.of(count + " " + kind.kindName());
            })
        .collect(Collectors.joining(", "));
  }

  private static String tierOf(Resource policy) {
    String tier =
        switch (policy) {
          case GlobalNetworkPolicy global -> global.spec().tier();
          case NetworkPolicy namespaced -> namespaced.spec().tier();
          case StagedGlobalNetworkPolicy staged -> staged.spec().tier();
          case StagedNetworkPolicy staged -> staged.spec().tier();
          default -> "";
        };
    return tier.isEmpty() ? Tier.DEFAULT : tier;
  }
}
