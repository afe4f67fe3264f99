// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.SpeakerConfig;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {

  private final Transport transport = new Transport();
  private final BlockingQueue<Channel> calls = new LinkedBlockingQueue<>();
  private final ListenAddress one = at(1);
  private final ListenAddress two = at(2);
  private final ListenAddress taken = at(3);

  private static ListenAddress at(int host) {
    return new ListenAddress(Loopback.address(host), Loopback.freePort());
  }

  @AfterEach
  void close() {
    transport.close();
  }

  private static SpeakerConfig config(ListenAddress... addresses) {
    return new SpeakerConfig(
        Loopback.as(64_512),
        Loopback.address(1),
        Optional.empty(),
        List.of(addresses),
        List.of(Loopback.address(1)),
        List.of(),
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private Listeners listeners(ListenAddress... addresses) {
    return new Listeners(transport, config(addresses), calls::add);
  }

  private static InetAddress inet(ListenAddress address) throws IOException {
    return InetAddress.getByAddress(address.address().bytes());
  }

  /// Somebody else listens there.
  private static ServerSocket occupy(ListenAddress address) throws IOException {
    return new ServerSocket(address.port(), 1, inet(address));
  }

  /// @return our end of a call
  private Channel call(ListenAddress address) throws IOException, InterruptedException {
    try (Socket call = new Socket()) {
      call.connect(
          new InetSocketAddress(inet(address), address.port()), (int) Loopback.PATIENCE.toMillis());
      Channel answered = calls.poll(Loopback.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(answered).as("call to %s", address).isNotNull();
      return answered;
    }
  }

  private static void assertNobodyListens(ListenAddress address) {
    assertThatThrownBy(() -> new Socket(inet(address), address.port()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void takesCallsAtEachAddress() throws Exception {
    Listeners listeners = listeners(one, two);

    assertThat(call(one).localAddress()).isEqualTo(SocketAddresses.of(one));
    assertThat(call(two).localAddress()).isEqualTo(SocketAddresses.of(two));
    assertThat(listeners.addresses()).containsExactlyInAnyOrder(one, two);
  }

  @Test
  void oneAddressThatIsNotToBeHadLeavesNone() throws Exception {
    try (ServerSocket other = occupy(taken)) {
      assertThat(other.isBound()).isTrue();
      assertThatExceptionOfType(ListenException.class)
          .isThrownBy(() -> listeners(one, two, taken))
          .withMessageContainingAll("cannot listen for BGP on " + taken, "in use", "ss -ltnp");
    }
    assertNobodyListens(one);
    assertNobodyListens(two);
  }

  @Test
  void anAddressThatIsNotOursIsNamed() {
    ListenAddress elsewhere = new ListenAddress(IpAddress.parse("198.51.100.7"), two.port());

    assertThatExceptionOfType(ListenException.class)
        .isThrownBy(() -> listeners(one, elsewhere))
        .withMessageContaining("198.51.100.7");
  }

  @Test
  void touchesOnlyWhatIsDifferent() throws Exception {
    Listeners listeners = listeners(one);
    Channel before = call(one).parent();

    listeners.follow(config(one, two));

    assertThat(call(one).parent()).as("the same socket").isSameAs(before);
    assertThat(call(two)).isNotNull();
    listeners.follow(config(two));
    assertNobodyListens(one);
    assertThat(listeners.addresses()).containsExactly(two);
  }

  @Test
  void whatCannotBeFollowedChangesNothing() throws Exception {
    Listeners listeners = listeners(one);
    Channel before = call(one).parent();
    try (ServerSocket other = occupy(taken)) {
      assertThat(other.isBound()).isTrue();
      assertThatExceptionOfType(ListenException.class)
          .isThrownBy(() -> listeners.follow(config(two, taken)));
    }

    assertThat(listeners.addresses()).containsExactly(one);
    assertThat(call(one).parent()).isSameAs(before);
    assertNobodyListens(two);
    listeners.follow(config(two, taken));
    assertThat(listeners.addresses()).containsExactlyInAnyOrder(two, taken);
  }

  @Test
  void nobodyCanCallAfterTheEnd() {
    Listeners listeners = listeners(one, two);

    listeners.close();

    assertThat(listeners.addresses()).isEmpty();
    assertNobodyListens(one);
    assertNobodyListens(two);
  }
}
