// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import java.util.List;

/// Something that a kernel may have, as a module or built in.
///
/// @param name as it is shown
/// @param others what else it may be called
/// @param option of the kernel's configuration
/// @param isOptional whether the node works without it, if not as well
public record KernelModule(String name, List<String> others, String option, boolean isOptional) {

  /// What calicoctl asks for, in its order.
  public static final List<KernelModule> WANTED =
      List.of(
          required("ip_set", "CONFIG_IP_SET"),
          optional("ip6_tables", "CONFIG_IP6_NF_IPTABLES"),
          required("ip_tables", "CONFIG_IP_NF_IPTABLES"),
          required("ipt_ipvs", "CONFIG_NETFILTER_XT_MATCH_IPVS", "xt_ipvs"),
          required("vfio-pci", "CONFIG_VFIO_PCI", "vfio_pci"),
          optional("xt_bpf", "CONFIG_NETFILTER_XT_MATCH_BPF"),
          required("ipt_REJECT", "CONFIG_IP_NF_TARGET_REJECT"),
          required("xt_rpfilter", "CONFIG_IP_NF_MATCH_RPFILTER"),
          required("nf_conntrack_netlink", "CONFIG_NF_CT_NETLINK"),
          required("xt_addrtype", "CONFIG_NETFILTER_XT_MATCH_ADDRTYPE"),
          required("xt_conntrack", "CONFIG_NETFILTER_XT_MATCH_CONNTRACK"),
          required("xt_mark", "CONFIG_NETFILTER_XT_MARK"),
          required("xt_multiport", "CONFIG_NETFILTER_XT_MATCH_MULTIPORT"),
          required("xt_set", "CONFIG_NETFILTER_XT_SET", "ipt_set"),
          optional("xt_u32", "CONFIG_NETFILTER_XT_MATCH_U32"));

  public KernelModule {
    others = List.copyOf(others);
  }

  private static KernelModule required(String name, String option, String... others) {
    return new KernelModule(name, List.of(others), option, false);
  }

  private static KernelModule optional(String name, String option) {
    return new KernelModule(name, List.of(), option, true);
  }
}
