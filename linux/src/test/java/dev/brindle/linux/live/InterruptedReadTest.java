// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetlinkSocket.Family;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTransaction;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What we read while others write.
class InterruptedReadTest {

  private static final NftFamily IP = NftFamily.IP;
  private static final Set<NftElement> ONE = Set.of(new NftElement.Net(Cidr.parse("192.0.2.1/32")));

  private NetworkNamespace namespace;
  private LiveKernel others;

  @BeforeEach
  void makeNamespace() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    namespace = NetworkNamespace.create(JnrLibc.get());
    others = LiveKernel.in(namespace);
  }

  @AfterEach
  void close() {
    if (others != null) {
      others.close();
    }
  }

  @Test
  void aTableIsReadAsItIsAtOneMoment() {
    putSets();
    var libc = new InterruptedLibc("send");
    try (var socket = new LazySocket(libc.libc(), namespace, Family.NETFILTER, Buffers.LARGEST)) {
      LiveNft nft = new LiveNft(socket);
      for (int when = 1; when <= 8; when++) {
        int turn = when;
        libc.before(
            count -> {
              if (count == turn) {
                move();
              }
            });
        InstalledTable found = nft.read(IP, "t").orElseThrow();
        assertThat(List.of(count(found, "a"), count(found, "b")))
            .as("moved before question %d", when)
            .containsExactlyInAnyOrder(0, 1);
      }
    }
  }

  @Test
  void whoWritesAllTheTimeCannotKeepUsReading() {
    putSets();
    var libc = new InterruptedLibc("send");
    try (var socket = new LazySocket(libc.libc(), namespace, Family.NETFILTER, Buffers.LARGEST)) {
      libc.before(_ -> move());
      assertThatThrownBy(() -> new LiveNft(socket).read(IP, "t"))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR))
          .hasMessageContaining("table t");
    }
  }

  private static int count(InstalledTable table, String set) {
    return Objects.requireNonNull(table.sets().get(set)).elements().size();
  }

  private static NftSet set(String name) {
    return new NftSet(name, NftSet.Key.ADDRESS, false, Set.of());
  }

  private void putSets() {
    others
        .nft()
        .run(
            new NftTransaction(
                List.of(
                    new NftChange.PutTable(IP, "t"),
                    new NftChange.PutSet(IP, "t", set("a")),
                    new NftChange.PutSet(IP, "t", set("b")),
                    new NftChange.AddElements(IP, "t", set("a"), ONE))));
  }

  /// To `b` and back, in turns.
  private void move() {
    boolean isInA = count(others.nft().read(IP, "t").orElseThrow(), "a") == 1;
    String from = isInA ? "a" : "b";
    String to = isInA ? "b" : "a";
    others
        .nft()
        .run(
            new NftTransaction(
                List.of(
                    new NftChange.RemoveElements(IP, "t", set(from), ONE),
                    new NftChange.AddElements(IP, "t", set(to), ONE))));
  }

  @Test
  void aListThatChangesInTheMiddleIsAskedForAgain() {
    int links = 100; // more than one part of a list
    for (int i = 0; i < links; i++) {
      addLink("v" + i);
    }
    var libc = new InterruptedLibc("receive");
    try (var socket = new LazySocket(libc.libc(), namespace, Family.ROUTE, Buffers.LARGEST)) {
      var reader = new LiveLinks(libc.libc(), namespace, socket);
      libc.before(
          count -> {
            if (count == 2) {
              addLink("late");
            }
          });
      assertThat(reader.list()).extracting(Link::name).contains("late", "v0", "v99");

      libc.before(count -> addLink("x" + count));
      assertThatThrownBy(reader::list)
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
    }
  }

  private void addLink(String name) {
    others
        .links()
        .createVeth(
            name,
            Optional.empty(),
            1500,
            0,
            "p" + name,
            Optional.empty(),
            namespace.path().toString());
  }

  @Test
  void lostNewsAreTold() throws Exception {
    var news = new LinkedBlockingQueue<LinkNews>();
    var goOn = new CountDownLatch(1);
    var tiny = new Buffers(1 << 16, 1, false);
    try (AutoCloseable _ =
        LinkWatch.start(
            JnrLibc.get(),
            namespace,
            tiny,
            told -> {
              news.add(told);
              awaitQuietly(goOn);
            })) {
      for (int i = 0; i < 50; i++) {
        addLink("v" + i);
      }
      goOn.countDown();
      LinkNews found = news.poll(60, TimeUnit.SECONDS);
      while (found != null && !(found instanceof LinkNews.Lost)) {
        found = news.poll(60, TimeUnit.SECONDS);
      }
      assertThat(found).isInstanceOf(LinkNews.Lost.class);

      // so small a buffer may lose these too, and then it says so again
      boolean isHeard = false;
      for (int i = 0; i < 50 && !isHeard; i++) {
        addLink("after" + i);
        isHeard = hearsOf("after" + i, news);
      }
      assertThat(isHeard).as("news after the loss").isTrue();
    }
  }

  /// False if they were lost.
  private static boolean hearsOf(String name, BlockingQueue<LinkNews> news)
      throws InterruptedException {
    while (true) {
      LinkNews next = news.poll(60, TimeUnit.SECONDS);
      assertThat(next).as("news of %s, or of their loss", name).isNotNull();
      if (next instanceof LinkNews.Lost) {
        return false;
      }
      if (next instanceof LinkNews.Changed(Link link) && link.name().equals(name)) {
        return true;
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
