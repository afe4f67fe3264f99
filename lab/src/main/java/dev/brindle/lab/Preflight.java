// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.topology.Encap;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.model.Link;
import java.util.Optional;

/// Finds out whether this kernel can do what was asked for, before anything is started.
final class Preflight {

  private static final String NAME = "brindle-try";
  private static final int MTU = 1450;

  private Preflight() {}

  /// @param links of a namespace that is ours alone
  /// @throws IllegalArgumentException naming what the kernel lacks and what to use instead
  static void check(Encap encap, Links links) {
    switch (encap) {
      case NONE -> {}
      case VXLAN, CROSS_SUBNET ->
          attempt(
              links,
              () ->
                  links.createVxlan(
                      NAME,
                      Optional.empty(),
                      MTU,
                      new Link.Kind.Vxlan(4096, Optional.empty(), 0, 4789, false)),
              "--encap vxlan and cross-subnet: this kernel has no VXLAN (CONFIG_VXLAN, module vxlan); load it, or use"
                  + " --encap none");
      case IPIP -> {
        if (links.find("tunl0").isEmpty()) {
          attempt(
              links,
              () ->
                  links.createIpip(
                      NAME,
                      new Link.Kind.Ipip(
                          Optional.of(IpAddress.parse("192.0.2.1")),
                          Optional.of(IpAddress.parse("192.0.2.2")))),
              "--encap ipip: this kernel has no IPIP (CONFIG_NET_IPIP, module ipip); load it by"
                  + " 'modprobe ipip', or use --encap vxlan");
        }
      }
    }
    if (encap == Encap.IPIP && links.find("tunl0").isEmpty()) {
      throw new IllegalArgumentException(
          "--encap ipip: the kernel made no tunl0 for a new namespace"
              + " (sysctl net.core.fb_tunnels_only_for_init_net must be 0)");
    }
  }

  private static void attempt(Links links, Runnable create, String otherwise) {
    try {
      create.run();
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EOPNOTSUPP)) {
        throw new IllegalArgumentException(otherwise, e);
      }
      throw e;
    }
    links.delete(NAME);
  }
}
