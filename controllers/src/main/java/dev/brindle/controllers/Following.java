// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What follows Kubernetes where that is not Calico's store: policies, endpoints and profiles.
///
/// ```
/// Kubernetes ─feeds─┬─► policies:  PolicySync ───┐ each by a loop of its own: what one cannot do
///                   ├─► endpoints: EndpointSync ─┤ does not hold up another
///                   └─► profiles:  ProfileSync ◄─┘ a namespace may have its profile
/// ```
///
/// A pod whose namespace has no profile in the store talks to nobody. So the profile comes last: by
/// then the namespace's policies are there, and its endpoints have the labels that these select.
final class Following implements AutoCloseable {

  private final Supplier<ControllerSettings> settings;
  private final Cluster cluster;
  private final ProfileSync profiles;
  private final PolicySync policies;
  private final EndpointSync endpoints;
  private final AdminPolicies admins;
  private final ControllerLoop policyLoop;
  private final ControllerLoop endpointLoop;
  private final ControllerLoop profileLoop;
  private final ControllerLoop adminLoop;

  /// @param store refuses writes when another leads
  Following(
      Cluster cluster,
      Datastore store,
      Datastore kubernetes,
      Supplier<ControllerSettings> settings,
      Duration crowd) {
    this.settings = settings;
    this.cluster = cluster;
    var policyNews = new LateNews();
    var endpointNews = new LateNews();
    var profileNews = new LateNews();
    this.policies = new PolicySync(store, kubernetes, (_, _) -> policyNews.run());
    this.endpoints = new EndpointSync(store, cluster, endpointNews);
    this.profiles = new ProfileSync(store, kubernetes, (_, _) -> profileNews.run());
    this.policyLoop =
        ControllerLoop.start(
            "policies",
            () -> unlessObstacle(ControllerSettings::hasPolicies, policies::sync),
            () -> policies.period(settings.get().policyPeriod()),
            crowd);
    this.endpointLoop =
        ControllerLoop.start(
            "endpoints",
            () -> unlessObstacle(ControllerSettings::hasEndpoints, endpoints::sync),
            () -> endpoints.period(settings.get().endpointPeriod()),
            crowd);
    this.profileLoop =
        ControllerLoop.start(
            "profiles",
            () -> unlessObstacle(_ -> true, this::syncProfiles),
            () -> profiles.period(settings.get().profilePeriod()),
            crowd);
    this.admins = new AdminPolicies(kubernetes);
    this.adminLoop =
        ControllerLoop.start(
            "policies of administrators",
            () -> settings.get().hasPolicies() ? admins.look() : List.of(),
            () -> settings.get().policyPeriod(),
            crowd);
    policyNews.lead(policyLoop::again);
    endpointNews.lead(endpointLoop::again);
    profileNews.lead(profileLoop::again);
    cluster.onPods(endpointLoop::again);
  }

  private List<String> unlessObstacle(
      Predicate<ControllerSettings> isWanted, Supplier<List<String>> round) {
    if (!isWanted.test(settings.get())) {
      return List.of();
    }
    List<String> obstacles = cluster.obstacles();
    return obstacles.isEmpty() ? round.get() : obstacles;
  }

  private List<String> syncProfiles() {
    ControllerSettings wanted = settings.get();
    Predicate<String> any = _ -> true;
    return profiles.sync(
        wanted,
        (wanted.hasPolicies() ? policies.areInForce() : any)
            .and(wanted.hasEndpoints() ? endpoints.areUpToDate() : any));
  }

  /// There are news of what is wanted. Never waits.
  void again() {
    policyLoop.again();
    endpointLoop.again();
    profileLoop.again();
  }

  /// What does not work.
  List<String> problems() {
    Stream<List<String>> notes =
        Stream.of(policies.notes(), endpoints.notes(), profiles.notes(), admins.notes());
    Stream<List<String>> ofLoops =
        Stream.of(policyLoop, endpointLoop, profileLoop, adminLoop).map(ControllerLoop::problems);
    return Stream.concat(ofLoops, notes).flatMap(List::stream).toList();
  }

  PolicySync.Counts policyCounts() {
    return policies.counts();
  }

  OptionalInt waitingEndpoints() {
    return endpoints.waiting();
  }

  @Override
  public void close() {
    cluster.onPods(() -> {});
    policies.close();
    endpoints.close();
    profiles.close();
    policyLoop.close();
    endpointLoop.close();
    profileLoop.close();
    adminLoop.close();
  }
}
