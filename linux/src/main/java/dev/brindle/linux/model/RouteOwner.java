// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

/// Who wrote a route: its `rtm_protocol` (rtnetlink(7)).
///
/// @param protocol 0 to 255
public record RouteOwner(int protocol) {

  /// Routes the kernel made itself, such as those of an interface's network.
  public static final RouteOwner KERNEL = new RouteOwner(2);

  /// Routes added at boot or by hand; what Calico's CNI plugin and felix use for pods by default.
  public static final RouteOwner BOOT = new RouteOwner(3);

  /// Routes of bird.
  public static final RouteOwner BIRD = new RouteOwner(12);

  /// Routes of felix that are not a pod's.
  public static final RouteOwner FELIX = new RouteOwner(80);
}
