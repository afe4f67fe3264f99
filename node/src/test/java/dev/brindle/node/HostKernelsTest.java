// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.Links;
import dev.brindle.linux.testing.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HostKernelsTest {

  private final List<FakeKernel> opened = new ArrayList<>();
  private final HostKernels kernels = new HostKernels(this::open);

  private FakeKernel open() {
    var kernel = new FakeKernel();
    opened.add(kernel);
    return kernel;
  }

  @Test
  void whatIsClosedIsForTheNext() {
    Links first;
    try (Kernel kernel = kernels.lend()) {
      first = kernel.links();
    }

    try (Kernel kernel = kernels.lend()) {
      assertThat(kernel.links()).isSameAs(first);
    }
    assertThat(opened).hasSize(1);
  }

  @Test
  void nobodySharesOne() {
    try (Kernel one = kernels.lend();
        Kernel other = kernels.lend()) {
      assertThat(one.links()).isNotSameAs(other.links());
    }
  }

  /// Else two callers would have one socket.
  @Test
  void oneThatIsClosedTwiceIsGivenBackOnce() {
    Kernel kernel = kernels.lend();
    kernel.close();
    kernel.close();

    try (Kernel one = kernels.lend();
        Kernel other = kernels.lend()) {
      assertThat(one.links()).isNotSameAs(other.links());
    }
    assertThat(opened).hasSize(2);
  }

  @Test
  void onlySoManyStayOpen() {
    List<Kernel> lent = IntStream.range(0, 20).mapToObj(_ -> kernels.lend()).toList();
    lent.forEach(Kernel::close);

    List<Links> before = opened.stream().map(FakeKernel::links).map(Links.class::cast).toList();
    long again =
        IntStream.range(0, 20)
            .mapToObj(_ -> kernels.lend().links())
            .filter(before::contains)
            .count();
    assertThat(again).isEqualTo(8);
  }
}
