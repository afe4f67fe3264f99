// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.DetectionMethod;
import java.util.List;
import java.util.Optional;

/// The node's address of one family, and why it is this one.
///
/// @param address empty if the node shall have none
/// @param isFound false if one was needed and none was found
/// @param reason for the log
public record NodeAddress(Optional<InterfaceAddress> address, boolean isFound, String reason) {

  /// @param stored what the datastore has for the node so far
  public static NodeAddress choose(
      IpFamily family,
      AddressSetting setting,
      DetectionMethod method,
      Optional<InterfaceAddress> stored,
      List<HostInterface> interfaces,
      Autodetection.SourceOf source) {
    boolean looksFirst = family == IpFamily.IPV4;
    return switch (setting) {
      case AddressSetting.Given(var address, var hasLength) ->
          given(address, hasLength, interfaces);
      case AddressSetting.None() ->
          new NodeAddress(stored, true, "none wanted; the datastore's stays, if any");
      case AddressSetting.Unset() when stored.isPresent() ->
          new NodeAddress(stored, true, "as in the datastore");
      case AddressSetting.Unset() when !looksFirst ->
          new NodeAddress(stored, true, "not asked for");
      case AddressSetting.Unset(), AddressSetting.Autodetect() ->
          detected(family, method, stored, interfaces, source);
    };
  }

  private static NodeAddress given(
      InterfaceAddress address, boolean hasLength, List<HostInterface> interfaces) {
    Optional<InterfaceAddress> local = Autodetection.with(address.address(), interfaces);
    String where = local.isPresent() ? "" : "; no interface has it";
    return hasLength
        ? new NodeAddress(Optional.of(address), true, "as given" + where)
        : new NodeAddress(
            Optional.of(local.orElse(address)), true, "as given, subnet of its interface" + where);
  }

  private static NodeAddress detected(
      IpFamily family,
      DetectionMethod method,
      Optional<InterfaceAddress> stored,
      List<HostInterface> interfaces,
      Autodetection.SourceOf source) {
    Optional<InterfaceAddress> found = Autodetection.find(method, family, interfaces, source);
    if (found.isPresent()) {
      return new NodeAddress(found, true, "found by " + method);
    }
    return stored.isPresent()
        ? new NodeAddress(stored, true, "%s finds none; the datastore's stays".formatted(method))
        : new NodeAddress(
            Optional.empty(), false, "no %s address was found by %s".formatted(family, method));
  }
}
