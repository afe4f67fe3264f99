// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.node.settings.DetectionMethod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the node's address among its interfaces. Interfaces are looked at
/// in the reverse order of their indexes, as Calico does.
public final class Autodetection {

  private static final Predicate<String> FOREIGN =
      Pattern.compile(
              "^docker.*|^cbr.*|^dummy.*|^podman.*|^virbr.*|^lxcbr.*|^veth.*|^lo|^br-.*|^cali.*"
                  + "|^tunl.*|^flannel.*|^kube-ipvs.*|^cni.*|^vxlan\\.calico.*|^vxlan-v6\\.calico.*"
                  + "|^wireguard\\.cali.*|^wg-v6\\.cali.*|^nodelocaldns.*")
          .asPredicate();

  private Autodetection() {}

  /// Whether an interface is one that container networks make.
  public static boolean isForeign(String interfaceName) {
    return FOREIGN.test(interfaceName);
  }

  /// @param source says which address packets to a host leave from
  public static Optional<InterfaceAddress> find(
      DetectionMethod method, IpFamily family, List<HostInterface> interfaces, SourceOf source) {
    return switch (method) {
      case DetectionMethod.FirstFound() ->
          first(family, interfaces, name -> !isForeign(name), _ -> true);
      case DetectionMethod.OnInterface(var names) ->
          first(family, interfaces, name -> isAny(names, name), _ -> true);
      case DetectionMethod.SkipInterface(var names) ->
          first(family, interfaces, name -> !isForeign(name) && !isAny(names, name), _ -> true);
      case DetectionMethod.InCidr(var cidrs) -> inside(cidrs, family, interfaces);
      case DetectionMethod.CanReach(var host) ->
          source.of(host, family).flatMap(address -> with(address, interfaces));
    };
  }

  /// The address together with the subnet its interface gives it.
  static Optional<InterfaceAddress> with(IpAddress address, List<HostInterface> interfaces) {
    return interfaces.stream()
        .flatMap(each -> each.addresses().stream())
        .filter(each -> each.address().equals(address))
        .findFirst();
  }

  private static Optional<InterfaceAddress> first(
      IpFamily family,
      List<HostInterface> interfaces,
      Predicate<String> names,
      Predicate<InterfaceAddress> addresses) {
    return newestFirst(interfaces)
        .filter(each -> names.test(each.name()))
        .flatMap(each -> each.first(family).stream())
        .filter(addresses)
        .findFirst();
  }

  private static Optional<InterfaceAddress> inside(
      List<Cidr> cidrs, IpFamily family, List<HostInterface> interfaces) {
    return newestFirst(interfaces)
        .flatMap(each -> each.addresses().stream())
        .filter(each -> each.address().family() == family && each.address().isGlobalUnicast())
        .filter(each -> cidrs.stream().anyMatch(cidr -> cidr.contains(each.address())))
        .findFirst();
  }

  private static Stream<HostInterface> newestFirst(List<HostInterface> interfaces) {
    return interfaces.stream().sorted(Comparator.comparingInt(HostInterface::index).reversed());
  }

  private static boolean isAny(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
  }

  /// Which address packets to a host leave from.
  @FunctionalInterface
  public interface SourceOf {

    /// @throws java.io.UncheckedIOException if there is no way to the host, saying why
    Optional<IpAddress> of(String host, IpFamily family);
  }
}
