// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.nft.NftChange;
import java.io.Serial;
import java.util.List;

/// The kernel refused an nf_tables transaction, and said because of which changes.
public final class NftRefusedException extends KernelException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient List<Refused> refused;

  /// @param what the thing that was tried, such as `nftables: put set s of table t`
  /// @param refused in the order the kernel said so; the first has the `errno`
  public NftRefusedException(String what, Errno errno, String detail, List<Refused> refused) {
    super(what, errno, detail);
    this.refused = List.copyOf(refused);
  }

  /// Which changes; empty if the kernel refused the whole without saying why.
  public List<Refused> refused() {
    return refused;
  }

  /// One change, and why not. What needs a refused change is refused too, with ENOENT.
  ///
  /// @param reason names the rule, the set or the chain, and the error
  public record Refused(NftChange change, Errno errno, String reason) {}
}
