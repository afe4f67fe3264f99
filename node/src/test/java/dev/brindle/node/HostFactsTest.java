// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.testing.FakeKernel;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Kernels a daemon cannot work with.
class HostFactsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          95 | the kernel has no nf_tables (list tables: EOPNOTSUPP: not supported by this kernel): load the module nf_tables, or use a kernel with CONFIG_NF_TABLES
          22 | the kernel has no nf_tables (list tables: EINVAL: invalid argument): load the module
          1  | this process may not administer its network namespace
          """)
  void aKernelThatRefusesNftables(int errno, String message) {
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> HostFacts.check(new Refusing(new Errno(errno), new FakeKernel())))
        .withMessageStartingWith(message);
  }

  private record Refusing(Errno errno, Kernel rest) implements Kernel, Nft {

    @Override
    public Nft nft() {
      return this;
    }

    @Override
    public void run(NftTransaction transaction) {
      throw new KernelException("nft transaction", errno);
    }

    @Override
    public Optional<InstalledTable> read(NftFamily family, String table) {
      throw new KernelException("list tables", errno);
    }

    @Override
    public RouteTable routes() {
      return rest.routes();
    }

    @Override
    public Links links() {
      return rest.links();
    }

    @Override
    public Neighbours neighbours() {
      return rest.neighbours();
    }

    @Override
    public Sysctl sysctl() {
      return rest.sysctl();
    }

    @Override
    public TrafficControl traffic() {
      return rest.traffic();
    }

    @Override
    public Conntrack conntrack() {
      return rest.conntrack();
    }

    @Override
    public void close() {
      rest.close();
    }
  }
}
