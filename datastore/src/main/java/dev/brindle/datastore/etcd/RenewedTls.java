// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.datastore.key.PrivateKeyPem;
import io.grpc.netty.GrpcSslContexts;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS by what is in the files when a connection begins, so that certificates can be renewed under
/// a process that runs. Files that cannot be used, as somebody is writing them, leave it at what it
/// was; the next connection looks again.
final class RenewedTls extends SslContext {

  private static final Logger LOG = LoggerFactory.getLogger(RenewedTls.class);

  private final Tls source;
  private Tls known;
  private SslContext context;

  private RenewedTls(Tls source, Tls known, SslContext context) {
    this.source = source;
    this.known = known;
    this.context = context;
  }

  /// @throws IllegalArgumentException if a file cannot be read, or holds no key or certificate
  static SslContext of(Tls source) throws SSLException {
    Tls known = source.read();
    return new RenewedTls(source, known, context(known));
  }

  private static SslContext context(Tls tls) throws SSLException {
    SslContextBuilder ssl = GrpcSslContexts.forClient();
    tls.authority().ifPresent(authority -> ssl.trustManager(stream(authority.text())));
    tls.identity()
        .ifPresent(
            identity ->
                ssl.keyManager(
                    stream(identity.certificate().text()),
                    stream(PrivateKeyPem.pkcs8(identity.key().text()))));
    return ssl.build();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized SslContext current() {
    try {
      Tls now = source.read();
      if (!now.equals(known)) {
        context = context(now);
        known = now;
        LOG.info("certificates for etcd have changed: new connections use them");
      }
    } catch (IllegalArgumentException | SSLException e) {
      LOG.warn("certificates for etcd stay as they were: {}", EtcdFault.rootMessage(e));
    }
    return context;
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator buffers) {
    return current().newEngine(buffers);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator buffers, String host, int port) {
    return current().newEngine(buffers, host, port);
  }

  @Override
  public boolean isClient() {
    return true;
  }

  // ---- the same whatever is in the files

  @Override
  public synchronized List<String> cipherSuites() {
    return context.cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // gRPC asks for it
  public synchronized ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return context.applicationProtocolNegotiator();
  }

  @Override
  public synchronized SSLSessionContext sessionContext() {
    return context.sessionContext();
  }
}
