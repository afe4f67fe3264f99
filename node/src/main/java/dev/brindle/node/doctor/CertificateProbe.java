// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.datastore.Distrust;
import dev.brindle.node.doctor.check.StoreCheck.Shown;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// The certificate that a server shows to whoever calls it. The call ends there: nothing is said
/// to a server that nobody trusts.
final class CertificateProbe {

  private static final int PATIENCE_MILLIS = 3000;
  private static final int USUAL_PORT = 443;

  private CertificateProbe() {}

  /// @param server its URL
  /// @return empty if it is not of TLS, or does not get that far
  static Optional<Shown> look(String server) {
    URI uri = URI.create(server);
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
      return Optional.empty();
    }
    var listener = new Listener();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(uri.getHost(), port(uri)), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {listener}, null);
      try (SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, uri.getHost(), port(uri), true)) {
        tls.startHandshake();
      }
    } catch (IOException | GeneralSecurityException _) {
      // as it must: whoever listens trusts nobody
    }
    return listener.heard.map(each -> shown(server, each));
  }

  /// Whether a server turns away who has no certificate. Nothing is said to it: a server that ends
  /// a connection before it has read what was said takes its reasons with it.
  ///
  /// @return false also if it is not of TLS, or does not get that far
  static boolean turnsStrangersAway(String server) {
    URI uri = URI.create(server);
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
      return false;
    }
    try (Socket socket = new Socket()) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      socket.connect(new InetSocketAddress(uri.getHost(), port(uri)), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      try (SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, uri.getHost(), port(uri), true)) {
        tls.startHandshake();
        return tls.getInputStream().read() < 0; // it would wait for who may ask
      }
    } catch (SSLException e) {
      return Distrust.in(e).filter(Distrust.REFUSED::equals).isPresent();
    } catch (IOException | GeneralSecurityException _) {
      return false;
    }
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? USUAL_PORT : uri.getPort();
  }

  private static Shown shown(String server, X509Certificate certificate) {
    return new Shown(
        server,
        certificate.getSubjectX500Principal().getName(),
        certificate.getIssuerX500Principal().getName(),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        names(certificate));
  }

  private static List<String> names(X509Certificate certificate) {
    try {
      return Stream.ofNullable(certificate.getSubjectAlternativeNames())
          .flatMap(Collection::stream)
          .map(each -> String.valueOf(each.getLast()))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of("names that cannot be read: " + e.getMessage());
    }
  }

  /// Hears the server's certificate, and refuses it.
  private static final class Listener implements X509TrustManager {

    private Optional<X509Certificate> heard = Optional.empty();

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String method)
        throws CertificateException {
      heard = Optional.of(chain[0]);
      throw new CertificateException("heard");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String method)
        throws CertificateException {
      throw new CertificateException("nobody calls here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /// For who is told nothing.
  private static final class Anybody implements X509TrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String method) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String method)
        throws CertificateException {
      throw new CertificateException("nobody calls here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
