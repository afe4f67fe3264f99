// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.node.settings.DetectionMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the node's address among its interfaces. Interfaces are looked at in the reverse order of
/// their indexes, as Calico does; of one interface, addresses without a subnet come last: those are
/// what keepalived, kube-vip and their like move from node to node.
public final class Autodetection {

  /// Calico's list.
  private static final String CALICOS =
      "^docker.*|^cbr.*|^dummy.*|^podman.*|^virbr.*|^lxcbr.*|^veth.*|^lo|^br-.*|^cali.*"
          + "|^tunl.*|^flannel.*|^kube-ipvs.*|^cni.*|^vxlan\\.calico.*|^vxlan-v6\\.calico.*"
          + "|^wireguard\\.cali.*|^wg-v6\\.cali.*|^nodelocaldns.*";

  /// Other container networks: Cilium, Weave, kube-router, OVN-Kubernetes, Antrea, Open vSwitch,
  /// those of AWS, GKE and Azure for each pod, nerdctl.
  private static final String OTHERS =
      "|^cilium.*|^lxc[0-9a-f_]+|^weave.*|^datapath$|^kube-bridge.*|^kube-dummy.*|^ovn-k8s.*|^ovs-.*"
          + "|^antrea.*|^genev_sys.*|^vxlan_sys.*|^eni[0-9a-f]{11}$|^gke[0-9a-f]{11}$"
          + "|^azv[0-9a-f]{11}$|^nerdctl.*";

  private static final Predicate<String> FOREIGN = Pattern.compile(CALICOS + OTHERS).asPredicate();

  private static final Detected NOTHING = new Detected(Optional.empty(), "", List.of());

  private Autodetection() {}

  /// Whether an interface is one that container networks make.
  public static boolean isForeign(String interfaceName) {
    return FOREIGN.test(interfaceName);
  }

  /// Whether it matters which routes leave by an interface: only if a family has no address with a
  /// subnet there.
  public static boolean needsWay(HostInterface each) {
    return !isForeign(each.name())
        && Stream.of(IpFamily.values())
            .map(each::candidates)
            .anyMatch(found -> !found.isEmpty() && HostInterface.isLone(found.getFirst()));
  }

  /// Whether an address is one that is moved from node to node, as far as can be told.
  public static boolean isVirtual(HostInterface on, IpAddress address) {
    return on.candidates(address.family()).stream()
        .filter(own -> own.address().equals(address))
        .anyMatch(own -> HostInterface.isLone(own) && !on.leadsOut(address.family()));
  }

  /// What was found, and what was not taken.
  ///
  /// @param device that has it; empty if nothing was found
  /// @param passedOver other addresses of the family, each with why it is not the one
  public record Detected(
      Optional<InterfaceAddress> address, String device, List<String> passedOver) {

    public Detected {
      passedOver = List.copyOf(passedOver);
    }
  }

  /// @throws UncheckedIOException if who must be asked for it has no answer, saying why
  public static Detected find(
      DetectionMethod method, IpFamily family, List<HostInterface> interfaces, Elsewhere other) {
    return switch (method) {
      case DetectionMethod.CanReach(var host) ->
          other.sourceTowards(host, family).map(each -> on(each, interfaces)).orElse(NOTHING);
      case DetectionMethod.KubernetesInternalIp() -> internal(family, interfaces, other);
      case DetectionMethod.FirstFound() ->
          first(family, interfaces, (each, address) -> oddity(each, address, family));
      case DetectionMethod.OnInterface(var names) ->
          first(
              family,
              interfaces,
              (each, _) -> isAny(names, each.name()) ? "" : "its interface is not asked for");
      case DetectionMethod.SkipInterface(var names) ->
          first(
              family,
              interfaces,
              (each, address) ->
                  isAny(names, each.name())
                      ? "its interface is to be skipped"
                      : oddity(each, address, family));
      case DetectionMethod.InCidr(var cidrs) ->
          first(
              family,
              interfaces,
              (_, address) ->
                  cidrs.stream().anyMatch(cidr -> cidr.contains(address.address()))
                      ? ""
                      : "it is in none of the networks");
    };
  }

  /// Why an address is not the one; empty if it may be.
  private interface Objection {

    String to(HostInterface on, InterfaceAddress address);
  }

  private static String oddity(HostInterface on, InterfaceAddress address, IpFamily family) {
    if (isForeign(on.name())) {
      return "its interface looks like one of a container network";
    }
    return HostInterface.isLone(address) && !on.leadsOut(family)
        ? "it has no subnet, and no route leaves by its interface: a virtual address"
        : "";
  }

  private static Detected first(
      IpFamily family, List<HostInterface> interfaces, Objection objection) {
    Optional<InterfaceAddress> found = Optional.empty();
    String device = "";
    List<String> passedOver = new ArrayList<>();
    for (HostInterface each : newestFirst(interfaces)) {
      for (InterfaceAddress address : each.candidates(family)) {
        String why = objection.to(each, address);
        if (why.isEmpty() && found.isEmpty()) {
          found = Optional.of(address);
          device = each.name();
        } else if (!isOfPod(each.name())) {
          String behind = "it comes after that of " + device;
          passedOver.add(
              "%s on %s: %s".formatted(address, each.name(), why.isEmpty() ? behind : why));
        }
      }
    }
    return new Detected(found, device, passedOver);
  }

  /// There may be hundreds, and they say nothing new.
  private static boolean isOfPod(String name) {
    return name.startsWith("cali")
        || name.startsWith("bwcali")
        || name.startsWith("veth")
        || name.startsWith("lxc");
  }

  private static Detected internal(
      IpFamily family, List<HostInterface> interfaces, Elsewhere other) {
    IpAddress said =
        other.internalAddresses().stream()
            .filter(address -> address.family() == family)
            .findFirst()
            .orElseThrow(
                () ->
                    nothing(
                        "the Node of Kubernetes has no InternalIP of that family: has kubelet"
                            + " registered it, or the cloud provider not said it yet?"));
    Detected found = on(said, interfaces);
    if (found.address().isEmpty()) {
      throw nothing("Kubernetes says InternalIP %s, which no interface here has".formatted(said));
    }
    return found;
  }

  private static UncheckedIOException nothing(String why) {
    return new UncheckedIOException(new IOException(why));
  }

  private static Detected on(IpAddress address, List<HostInterface> interfaces) {
    for (HostInterface each : interfaces) {
      for (InterfaceAddress own : each.addresses()) {
        if (own.address().equals(address)) {
          return new Detected(Optional.of(own), each.name(), List.of());
        }
      }
    }
    return NOTHING;
  }

  /// The address together with the subnet its interface gives it.
  static Optional<InterfaceAddress> with(IpAddress address, List<HostInterface> interfaces) {
    return on(address, interfaces).address();
  }

  private static List<HostInterface> newestFirst(List<HostInterface> interfaces) {
    return interfaces.stream()
        .sorted(Comparator.comparingInt(HostInterface::index).reversed())
        .toList();
  }

  private static boolean isAny(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).find());
  }

  /// What the interfaces do not say.
  public interface Elsewhere {

    /// Which address packets to a host leave from.
    ///
    /// @throws UncheckedIOException if there is no way to the host, saying why
    Optional<IpAddress> sourceTowards(String host, IpFamily family);

    /// The addresses of type `InternalIP` that Kubernetes has for this node, in its order.
    ///
    /// @throws UncheckedIOException if Kubernetes cannot be asked, saying why
    default List<IpAddress> internalAddresses() {
      throw nothing("no Kubernetes is known");
    }
  }
}
