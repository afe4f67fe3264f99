// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.TrafficControl;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Qdisc.Place;
import dev.brindle.linux.model.TokenBucket;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Queueing disciplines and filters of the real kernel, in namespaces made here.
class LiveTrafficControlTest {

  private static final int HANDLE = 0xb21d_0000;
  private static final int PRIORITY = 0xb21d;
  private static final TokenBucket SLOW = new TokenBucket(125_000, 64_000, 0, 0, 131_072);

  private LiveKernel host;
  private LiveKernel pod;
  private int link;

  @BeforeEach
  void makePair() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    host = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    pod = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    host.links()
        .createVeth(
            "cali1",
            Optional.empty(),
            1450,
            0,
            "eth0",
            Optional.empty(),
            pod.namespace().path().toString());
    link = host.links().find("cali1").orElseThrow().index();
    host.links().setUp(link, true);
  }

  @AfterEach
  void close() {
    if (host != null) {
      host.close();
      pod.close();
    }
  }

  private TrafficControl traffic() {
    return host.traffic();
  }

  private List<Qdisc> at(Place place) {
    return traffic().qdiscs().stream()
        .filter(found -> found.link() == link && found.place() == place)
        .toList();
  }

  private void bucket(TokenBucket bucket) {
    try {
      traffic().addBucket(link, HANDLE, bucket);
    } catch (KernelException e) {
      assumeTrue(!e.errno().equals(Errno.ENOENT), "this kernel has no sch_tbf");
      throw e;
    }
  }

  private static Qdisc tbf(int link, TokenBucket bucket) {
    return new Qdisc(link, HANDLE, Place.ROOT, "tbf", Optional.of(bucket.kept()));
  }

  /// The kernel says of a bucket what we expect it to say, to the last bit: else each comparison
  /// would write it anew.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          125             | 536870912   | 0               | 0
          125             | 1464        | 0               | 0
          126             | 1464        | 127             | 1464
          125000          | 64000       | 0               | 0
          1250000         | 536870912   | 2500000         | 1464
          999999937       | 4294967295  | 0               | 0
          12500000000     | 4294967295  | 12625000000     | 100000000
          125000000000000 | 4294967295  | 126250000000000 | 4294967295
          33333           | 99999       | 77777           | 1500
          7777777         | 1234567     | 0               | 0
          """,
      delimiter = '|')
  void theKernelKeepsWhatItIsTold(long rate, long burst, long peakRate, long peakBurst) {
    TokenBucket bucket = new TokenBucket(rate, burst, peakRate, peakBurst, 131_072);

    bucket(bucket);

    assertThat(at(Place.ROOT)).containsExactly(tbf(link, bucket));
  }

  @Test
  void aBucketIsChangedAndRemoved() {
    bucket(SLOW);
    assertThatThrownBy(() -> traffic().addBucket(link, HANDLE, SLOW))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));

    TokenBucket fast = new TokenBucket(1_250_000, 64_000, 0, 0, 262_144);
    traffic().changeBucket(link, HANDLE, fast);
    assertThat(at(Place.ROOT)).containsExactly(tbf(link, fast));

    traffic().removeBucket(link, 0x1_0000); // somebody else's
    assertThat(at(Place.ROOT)).containsExactly(tbf(link, fast));
    traffic().removeBucket(link, HANDLE);
    traffic().removeBucket(link, HANDLE);
    assertThat(at(Place.ROOT)).noneMatch(found -> found.kind().equals("tbf"));
    assertThatThrownBy(() -> traffic().changeBucket(link, HANDLE, SLOW))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void whatComesInIsRedirected() {
    int ifb = ifb();
    assertThat(at(Place.INGRESS)).isEmpty();
    traffic().addIngress(link);
    traffic().addIngress(link);
    assertThat(at(Place.INGRESS)).extracting(Qdisc::kind).containsExactly("ingress");
    assertThat(traffic().filtersIn(link)).isEmpty();

    redirect(ifb);
    assertThat(traffic().filtersIn(link))
        .containsExactly(new PacketFilter(PRIORITY, "u32", OptionalInt.of(ifb)));
    traffic().redirect(link, PRIORITY, ifb);
    assertThat(traffic().filtersIn(link)).hasSize(1);

    host.links().delete("bwcali1");
    assertThat(traffic().filtersIn(link))
        .as("its target has gone")
        .containsExactly(new PacketFilter(PRIORITY, "u32", OptionalInt.of(0)));

    traffic().removeFilters(link, PRIORITY);
    traffic().removeFilters(link, PRIORITY);
    assertThat(traffic().filtersIn(link)).isEmpty();
    traffic().removeIngress(link);
    traffic().removeIngress(link);
    assertThat(at(Place.INGRESS)).isEmpty();
  }

  private int ifb() {
    try {
      host.links().createIfb("bwcali1", 1450);
    } catch (KernelException e) {
      assumeTrue(!e.errno().equals(Errno.EOPNOTSUPP), "this kernel has no ifb");
      throw e;
    }
    Link ifb = host.links().find("bwcali1").orElseThrow();
    assertThat(ifb.kind()).isEqualTo(new Link.Kind.Ifb());
    assertThat(ifb.mtu()).isEqualTo(1450);
    host.links().setUp(ifb.index(), true);
    return ifb.index();
  }

  private void redirect(int target) {
    try {
      traffic().redirect(link, PRIORITY, target);
    } catch (KernelException e) {
      assumeTrue(!e.errno().equals(Errno.ENOENT), "this kernel has no cls_u32 or act_mirred");
      throw e;
    }
  }

  @Test
  void anInterfaceTakesAllOfItAlong() {
    bucket(SLOW);
    host.links().delete("cali1");

    assertThat(at(Place.ROOT)).isEmpty();
    traffic().removeBucket(link, HANDLE);
    traffic().removeFilters(link, PRIORITY);
    traffic().removeIngress(link);
  }
}
