// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.DetectionMethod;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// The node's address of one family, and why it is this one.
///
/// @param address empty if the node shall have none
/// @param outcome whether it is what was asked for
/// @param reason for the log
/// @param passedOver other addresses that were looked at, each with why it was not taken
public record NodeAddress(
    Optional<InterfaceAddress> address, Outcome outcome, String reason, List<String> passedOver) {

  public NodeAddress {
    passedOver = List.copyOf(passedOver);
  }

  public NodeAddress(Optional<InterfaceAddress> address, Outcome outcome, String reason) {
    this(address, outcome, reason, List.of());
  }

  /// Whether an address is what was asked for.
  public enum Outcome {
    CHOSEN,
    /// It was given, and no interface has it.
    NOT_HERE,
    /// None was found where one should be; what the node had stays.
    KEPT,
    /// None was found where one should be, and the node had none.
    MISSING
  }

  /// Whether there is anything new to say: what else was looked at is not.
  public boolean saysTheSame(NodeAddress other) {
    return address.equals(other.address) && outcome == other.outcome && reason.equals(other.reason);
  }

  public boolean isFound() {
    return outcome != Outcome.MISSING;
  }

  /// @param stored what the datastore has for the node so far
  public static NodeAddress choose(
      IpFamily family,
      AddressSetting setting,
      DetectionMethod method,
      Optional<InterfaceAddress> stored,
      List<HostInterface> interfaces,
      Autodetection.Elsewhere other) {
    boolean looksFirst = family == IpFamily.IPV4;
    return switch (setting) {
      case AddressSetting.Given(var address, var hasLength) ->
          given(address, hasLength, stored, interfaces);
      case AddressSetting.None() -> chosen(stored, "none wanted; the datastore's stays, if any");
      case AddressSetting.Unset() when stored.isPresent() -> chosen(stored, "as in the datastore");
      case AddressSetting.Unset() when !looksFirst -> chosen(stored, "not asked for");
      case AddressSetting.Unset(), AddressSetting.Autodetect() ->
          detected(family, method, stored, interfaces, other);
    };
  }

  private static NodeAddress chosen(Optional<InterfaceAddress> address, String reason) {
    return new NodeAddress(address, Outcome.CHOSEN, reason);
  }

  /// An interface that is down for a moment does not take the subnet with it.
  private static NodeAddress given(
      InterfaceAddress address,
      boolean hasLength,
      Optional<InterfaceAddress> stored,
      List<HostInterface> interfaces) {
    Optional<InterfaceAddress> local = Autodetection.with(address.address(), interfaces);
    if (local.isPresent()) {
      return hasLength
          ? chosen(Optional.of(address), "as given")
          : chosen(local, "as given, subnet of its interface");
    }
    InterfaceAddress known =
        stored.filter(each -> each.address().equals(address.address())).orElse(address);
    return new NodeAddress(
        Optional.of(hasLength ? address : known),
        Outcome.NOT_HERE,
        "as given; no interface has it");
  }

  private static NodeAddress detected(
      IpFamily family,
      DetectionMethod method,
      Optional<InterfaceAddress> stored,
      List<HostInterface> interfaces,
      Autodetection.Elsewhere other) {
    String why = "";
    List<String> passedOver = List.of();
    try {
      Autodetection.Detected found = Autodetection.find(method, family, interfaces, other);
      passedOver = found.passedOver();
      if (found.address().isPresent()) {
        String reason = "found by %s on %s".formatted(method, found.device());
        return new NodeAddress(found.address(), Outcome.CHOSEN, reason, passedOver);
      }
      if (!passedOver.isEmpty()) {
        why = " (not taken: %s)".formatted(String.join("; ", passedOver));
      }
    } catch (UncheckedIOException e) {
      why = " (%s)".formatted(e.getMessage());
    }
    String none = "no %s address was found by %s%s".formatted(family, method, why);
    return stored.isPresent()
        ? new NodeAddress(stored, Outcome.KEPT, none + "; the datastore's stays", passedOver)
        : new NodeAddress(stored, Outcome.MISSING, none, passedOver);
  }
}
