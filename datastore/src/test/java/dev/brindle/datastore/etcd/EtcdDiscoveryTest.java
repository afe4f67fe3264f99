// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.DatastoreException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a DNS server on loopback.
class EtcdDiscoveryTest {

  private static final String SSL = "_etcd-client-ssl._tcp.example.com.";
  private static final String PLAIN = "_etcd-client._tcp.example.com.";

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void end() {
    assertThat(loop.shutdownGracefully()).isNotNull();
  }

  @Test
  void theFirstByPriorityThenByWeight() {
    int port =
        dns(
            Map.of(
                SSL,
                List.of(
                    srv(10, 1, 2379, "backup.example.com"),
                    srv(0, 1, 2380, "b.example.com"),
                    srv(0, 9, 2379, "a.example.com")),
                PLAIN,
                List.of(srv(0, 1, 2379, "plain.example.com"))));

    assertThat(discovery(port).endpoints())
        .containsExactly(
            URI.create("https://a.example.com:2379"),
            URI.create("https://b.example.com:2380"),
            URI.create("https://backup.example.com:2379"));
  }

  @Test
  void withoutTlsWhereThereIsNone() {
    int port = dns(Map.of(PLAIN, List.of(srv(0, 1, 2379, "plain.example.com"))));

    assertThat(discovery(port).endpoints())
        .containsExactly(URI.create("http://plain.example.com:2379"));
  }

  @Test
  void whatDnsDoesNotKnowIsSaid() {
    int port = dns(Map.of());

    assertThatThrownBy(discovery(port)::endpoints)
        .isInstanceOf(DatastoreException.class)
        .hasMessage(
            "etcdDiscoverySrv (ETCD_DISCOVERY_SRV) is 'example.com': expected SRV records of"
                + " _etcd-client-ssl._tcp.example.com or _etcd-client._tcp.example.com,"
                + " DNS has neither");
  }

  @Test
  void nobodyWhoAnswers() {
    int port = dns(Map.of());
    loop.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();

    assertThatThrownBy(discovery(port)::endpoints)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("DNS does not say where _etcd-client-ssl._tcp.example.com is");
  }

  private static EtcdDiscovery discovery(int port) {
    return new EtcdDiscovery("example.com", "dns://127.0.0.1:" + port);
  }

  private static byte[] srv(int priority, int weight, int port, String host) {
    ByteBuf data = Unpooled.buffer();
    data.writeShort(priority).writeShort(weight).writeShort(port);
    for (String label : host.split("\\.", -1)) {
      data.writeByte(label.length()).writeCharSequence(label, StandardCharsets.US_ASCII);
    }
    data.writeByte(0);
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    return bytes;
  }

  /// @return its port
  private int dns(Map<String, List<byte[]>> records) {
    Channel server =
        new Bootstrap()
            .group(loop)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<DatagramChannel>() {
                  @Override
                  protected void initChannel(DatagramChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new DatagramDnsQueryDecoder(),
                            new DatagramDnsResponseEncoder(),
                            new Answers(records));
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  private static final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {

    private final Map<String, List<byte[]>> records;

    Answers(Map<String, List<byte[]>> records) {
      this.records = records;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
      DefaultDnsQuestion question = query.recordAt(DnsSection.QUESTION);
      List<byte[]> found = records.getOrDefault(question.name(), List.of());
      var response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
      DnsResponseCode none =
          question.name().equals(SSL) ? DnsResponseCode.REFUSED : DnsResponseCode.NXDOMAIN;
      response.setCode(found.isEmpty() ? none : DnsResponseCode.NOERROR);
      response.addRecord(DnsSection.QUESTION, question);
      for (byte[] data : found) {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsRawRecord(
                question.name(), DnsRecordType.SRV, 60, Unpooled.wrappedBuffer(data)));
      }
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }
}
