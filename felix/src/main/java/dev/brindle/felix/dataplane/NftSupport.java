// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.nft.NftChange;
import java.util.Set;

/// Says what a kernel lacks that takes no rules at all, and what helps.
final class NftSupport {

  /// A socket of a kind that is not there, or a question that nobody listens to (nfnetlink.c).
  private static final Set<Errno> NOBODY_THERE =
      Set.of(
          Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT, Errno.EAFNOSUPPORT, Errno.ENOENT, Errno.EINVAL);

  /// An expression or a type of chain that is not there (nf_tables_api.c).
  private static final Set<Errno> PART_MISSING = Set.of(Errno.EOPNOTSUPP, Errno.ENOENT);

  private NftSupport() {}

  /// @param e what came of the first contact with the kernel
  static String problem(KernelException e) {
    if (isFirstWord(e) && NOBODY_THERE.contains(e.errno())) {
      return ("rules: this kernel has no nf_tables (%s): load it with 'modprobe nf_tables', or boot"
              + " a kernel with CONFIG_NF_TABLES, CONFIG_NF_TABLES_IPV4 and CONFIG_NF_TABLES_IPV6;"
              + " until then no pod of this node is connected")
          .formatted(e.getMessage());
    }
    if (PART_MISSING.contains(e.errno())) {
      return ("rules: this kernel lacks a part of nf_tables (%s): load it with 'modprobe -a nft_ct"
              + " nft_fib_ipv4 nft_fib_ipv6 nft_chain_nat nft_masq nft_reject nft_log nft_limit';"
              + " until then no pod of this node is connected")
          .formatted(e.getMessage());
    }
    return "rules: " + e.getMessage();
  }

  /// Whether not even a table was to be had.
  private static boolean isFirstWord(KernelException e) {
    return !(e instanceof NftRefusedException refusal)
        || refusal.refused().stream()
            .findFirst()
            .map(first -> first.change() instanceof NftChange.PutTable)
            .orElse(true);
  }
}
