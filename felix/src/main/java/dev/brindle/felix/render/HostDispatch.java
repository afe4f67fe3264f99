// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

/// What the chains that lead to host endpoints are called, after the layer.
final class HostDispatch {

  static final String FROM = "from-host-endpoint";
  static final String TO = "to-host-endpoint";
  static final String FROM_FORWARD = "from-hep-forward";
  static final String TO_FORWARD = "to-hep-forward";

  private HostDispatch() {}
}
