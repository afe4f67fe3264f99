// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

/// Labels with a meaning of their own.
public final class CalicoLabels {

  public static final String NAMESPACE = "projectcalico.org/namespace";
  public static final String SERVICE_ACCOUNT = "projectcalico.org/serviceaccount";
  public static final String ORCHESTRATOR = "projectcalico.org/orchestrator";

  /// Before the labels that an endpoint inherits from its namespace.
  public static final String NAMESPACE_PREFIX = "pcns.";

  /// Before the labels that an endpoint inherits from its service account.
  public static final String SERVICE_ACCOUNT_PREFIX = "pcsa.";

  private CalicoLabels() {}
}
