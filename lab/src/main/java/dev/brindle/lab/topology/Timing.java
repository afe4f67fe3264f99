// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// What is measured, by its name in the report.
public enum Timing {
  /// From the start until every daemon is ready.
  CLUSTER_UP("cluster_up"),
  /// From the first daemon's start until every BGP session is established.
  SESSIONS_ESTABLISHED("sessions_established"),
  /// One run of the CNI plugin, the first.
  FIRST_POD_ADD("first_pod_add"),
  /// From the last pod's ADD until every pair reaches each other.
  ROUTES_CONVERGED("routes_converged"),
  /// From the policy's write until the first packet it drops.
  POLICY_IN_FORCE("policy_in_force");

  private final String key;

  Timing(String key) {
    this.key = key;
  }

  public String key() {
    return key;
  }
}
