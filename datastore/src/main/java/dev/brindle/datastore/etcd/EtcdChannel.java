// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import io.etcd.jetcd.ClientBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// The way to etcd, taken in place of the one that jetcd would make. That one shares event loops
/// with everybody, which live on for a second after the last is closed, and hold up the end of a
/// process; nor could certificates change under it. jetcd's own channel stays idle.
final class EtcdChannel implements ClientInterceptor, AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /// Of one answer, which is in memory twice while it is read. etcd takes values of up to 1.5 MiB
  /// by default; who asks for many asks for fewer when they are too long.
  private static final int MOST_BYTES = 64 << 20;

  /// How long the end may take: all that is asked is cut off, so there is nothing to wait for.
  private static final long GOODBYE_MILLIS = 500;

  /// How long at least until a cluster that is away is called again, and at most twice as long, so
  /// that many nodes do not call at once. gRPC itself would wait for up to two minutes in the end.
  private static final long CALL_AGAIN_MILLIS = 1000;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("etcd", true), NioIoHandler.newFactory());
  private final ManagedChannel channel;
  private volatile Optional<Future<?>> nextCall = Optional.empty();

  private EtcdChannel(NettyChannelBuilder builder) {
    this.channel = builder.channelType(NioSocketChannel.class).eventLoopGroup(loop).build();
    watch();
  }

  /// Opens no connection yet.
  ///
  /// @param client knows where to
  /// @param keepalive how long a connection may be silent before it is asked whether it lives
  /// @param patience how long it may take to say so
  static EtcdChannel open(
      ClientBuilder client, EtcdSettings settings, Duration keepalive, Duration patience)
      throws SSLException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(client.target())
            .defaultLoadBalancingPolicy("pick_first")
            .maxInboundMessageSize(MOST_BYTES)
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT.toMillis())
            .keepAliveTime(keepalive.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (settings.isEncrypted()) {
      builder.sslContext(RenewedTls.of(settings.tls())).negotiationType(NegotiationType.TLS);
    } else {
      builder.negotiationType(NegotiationType.PLAINTEXT);
    }
    return new EtcdChannel(builder);
  }

  private void watch() {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.TRANSIENT_FAILURE) {
      callAgainLater();
    } else if (state != ConnectivityState.SHUTDOWN) {
      channel.notifyWhenStateChanged(state, this::watch);
    }
  }

  /// The state stays the same while calls fail, so nobody would tell of it.
  private void callAgainLater() {
    long millis = ThreadLocalRandom.current().nextLong(CALL_AGAIN_MILLIS, 2 * CALL_AGAIN_MILLIS);
    nextCall =
        Optional.of(
            loop.schedule(
                () -> {
                  channel.resetConnectBackoff();
                  watch();
                },
                millis,
                TimeUnit.MILLISECONDS));
  }

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel jetcds) {
    return channel.newCall(method, options);
  }

  /// Waits until its thread has ended: a process that ends before would wait longer.
  @Override
  public void close() {
    nextCall.ifPresent(call -> call.cancel(false));
    try {
      channel.shutdownNow().awaitTermination(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
      loop.shutdownGracefully(0, GOODBYE_MILLIS, TimeUnit.MILLISECONDS)
          .await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
