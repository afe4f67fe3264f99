// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.pod.PodAsks;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.datastore.PodNotes;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Addresses out of pools.
///
/// @param config of the network of this call
record OwnIpam(PodAddresses addresses, CniRequest request, CniConfig config, InstantSource clock)
    implements PodIpam {

  /// All of them are given, or the pod is refused.
  @Override
  public Set<IpFamily> families(PodAsks asks) {
    List<IpAddress> exact = exact(asks);
    if (!exact.isEmpty()) {
      return exact.stream().map(IpAddress::family).collect(Collectors.toUnmodifiableSet());
    }
    CniConfig.Ipam ipam = asks.over(config.ipam());
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    if (ipam.assignIpv4()) {
      families.add(IpFamily.IPV4);
    }
    if (ipam.assignIpv6()) {
      families.add(IpFamily.IPV6);
    }
    return families;
  }

  private List<IpAddress> exact(PodAsks asks) {
    return asks.addresses().isEmpty()
        ? request.addressArgument().stream().toList()
        : asks.addresses();
  }

  /// A repeated ADD gets the same addresses, unless the pod asks for others by now. What an ADD
  /// booked that did not get as far as an endpoint is given back first.
  @Override
  public IpamResult assign(PodIdentity pod, PodNotes notes, PodAsks asks, List<Cidr> earlier) {
    List<Cidr> exact = asks.addresses().stream().map(Cidr::host).toList();
    if (!earlier.isEmpty() && (exact.isEmpty() || exact.equals(earlier))) {
      return IpamResult.of(earlier);
    }
    release(pod);
    return IpamResult.of(
        asks.isOutsideIpam()
            ? exact
            : addresses.assign(wish(pod, notes, asks)).stream().map(Cidr::host).toList());
  }

  private PodAddresses.Wish wish(PodIdentity pod, PodNotes notes, PodAsks asks) {
    CniConfig.Ipam ipam = asks.over(config.ipam());
    return new PodAddresses.Wish(
        pod.handle(config.name()),
        pod.ownerNotes(clock.instant()),
        pod.namespace(),
        ipam.assignIpv4(),
        ipam.assignIpv6(),
        ipam.ipv4Pools(),
        ipam.ipv6Pools(),
        PodAsks.poolsFrom(notes, pod),
        notes.namespaceLabels(),
        exact(asks));
  }

  @Override
  public void release(PodIdentity pod) {
    addresses.release(pod.handle(config.name()));
  }

  /// The endpoint says what was assigned, and that was compared.
  @Override
  public void check() {}
}
