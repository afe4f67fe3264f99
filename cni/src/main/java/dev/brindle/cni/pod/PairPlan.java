// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.LinkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What can be made of a pod's network before its addresses are known: the pair of interfaces and
/// their settings.
///
/// @param families of the addresses that it will have
public record PairPlan(
    String hostInterface,
    String podInterface,
    int mtu,
    Set<IpFamily> families,
    boolean allowIpForwarding) {

  public PairPlan {
    families = Set.copyOf(families);
  }

  private boolean has(IpFamily family) {
    return families.contains(family);
  }

  /// On the host, after its settings.
  public LinkSetup hostSetup() {
    List<InterfaceAddress> own = has(IpFamily.IPV6) ? List.of(PodPlan.HOST_LINK_LOCAL) : List.of();
    return new LinkSetup(hostInterface, own, List.of(), List.of());
  }

  /// In the pod, after its settings.
  public LinkSetup podSetup() {
    return new LinkSetup(podInterface, List.of(), List.of(), List.of());
  }

  /// On the host, before the interface is up.
  public List<Setting> hostSettings() {
    List<Setting> settings = new ArrayList<>();
    if (has(IpFamily.IPV4)) {
      settings.add(Setting.must("net/ipv4/conf/" + hostInterface + "/route_localnet", "1"));
      settings.add(Setting.may("net/ipv4/neigh/" + hostInterface + "/proxy_delay", "0"));
      settings.add(Setting.must("net/ipv4/conf/" + hostInterface + "/proxy_arp", "1"));
      settings.add(Setting.must("net/ipv4/conf/" + hostInterface + "/forwarding", "1"));
    }
    if (has(IpFamily.IPV6)) {
      settings.add(Setting.must("net/ipv6/conf/" + hostInterface + "/disable_ipv6", "0"));
      settings.add(Setting.must("net/ipv6/conf/" + hostInterface + "/accept_dad", "0"));
      settings.add(Setting.must("net/ipv6/conf/" + hostInterface + "/proxy_ndp", "1"));
      settings.add(Setting.must("net/ipv6/conf/" + hostInterface + "/forwarding", "1"));
    }
    settings.add(Setting.may("net/ipv6/conf/" + hostInterface + "/accept_ra", "0"));
    return List.copyOf(settings);
  }

  /// In the pod, before the interface is up.
  public List<Setting> podSettings() {
    String forwarding = allowIpForwarding ? "1" : "0";
    List<Setting> settings = new ArrayList<>();
    if (has(IpFamily.IPV4)) {
      settings.add(Setting.must("net/ipv4/ip_forward", forwarding));
    }
    if (has(IpFamily.IPV6)) {
      for (String scope : List.of("all", "default", "lo")) {
        settings.add(Setting.must("net/ipv6/conf/" + scope + "/disable_ipv6", "0"));
      }
      settings.add(Setting.must("net/ipv6/conf/" + podInterface + "/accept_dad", "0"));
      settings.add(Setting.must("net/ipv6/conf/all/forwarding", forwarding));
    }
    return List.copyOf(settings);
  }

  /// A kernel setting.
  ///
  /// @param path below `/proc/sys`
  /// @param isNeeded the pod does not work without; else a failure is only reported
  public record Setting(String path, String value, boolean isNeeded) {

    static Setting must(String path, String value) {
      return new Setting(path, value, true);
    }

    static Setting may(String path, String value) {
      return new Setting(path, value, false);
    }
  }
}
