// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.felix.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the agent has done, as of its last round. Immutable; read by status, metrics and health.
///
/// @param isInSync whether everything in the datastore is known; before that nothing is touched
/// @param isProgrammed whether the kernel was made to match at least once
/// @param lastApply when the kernel was last made to match
/// @param problems what does not work now; it is tried again by itself
/// @param warnings settings that do not count
/// @param serviceProblem why nobody knows who is behind services; empty if that is known
/// @param endpoints of this node
/// @param podMtu what pods' interfaces may have
public record AgentReport(
    boolean isInSync,
    boolean isProgrammed,
    Optional<Instant> lastApply,
    List<String> problems,
    List<String> warnings,
    Optional<String> serviceProblem,
    Map<ResourceKey, EndpointStatus> endpoints,
    Counters counters,
    Settings settings,
    int podMtu) {

  /// Numbers for metrics.
  ///
  /// @param policies that apply to an endpoint of this node
  /// @param applies how many rounds changed or compared the kernel
  /// @param failures how many of them left a problem
  /// @param lastApplyTook time of the last round
  /// @param applyTime of all rounds together
  /// @param lastTransactionSize changes in the last nftables transaction
  public record Counters(
      int endpoints,
      int policies,
      long applies,
      long failures,
      Duration lastApplyTook,
      Duration applyTime,
      int lastTransactionSize) {

    static final Counters NONE = new Counters(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0);
  }

  static final AgentReport BEFORE_START =
      new AgentReport(
          false,
          false,
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Map.of(),
          Counters.NONE,
          Settings.DEFAULTS,
          0);

  public AgentReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    endpoints = Map.copyOf(endpoints);
  }

  /// Whether an endpoint is in the kernel as stored under this revision, or a later one.
  public boolean isInForce(ResourceKey endpoint, String revision) {
    EndpointStatus status = endpoints.get(endpoint);
    return status != null && status.isUp() && Revisions.isAtLeast(status.revision(), revision);
  }
}
