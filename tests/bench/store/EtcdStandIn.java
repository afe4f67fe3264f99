// SPDX-License-Identifier: Apache-2.0

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.util.TreeMap;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;

/// As much of etcd as a client needs for a get and a create, so that trial runs need none on the machine.
final class EtcdStandIn implements AutoCloseable {

  private final TreeMap<ByteString, KeyValue> entries =
      new TreeMap<>(ByteString.unsignedLexicographicalComparator());
  private long revision = 1;
  private final Server server;

  private EtcdStandIn(NettyServerBuilder builder) throws IOException {
    server = builder.addService(service()).build().start();
  }

  static EtcdStandIn plain() throws IOException {
    return new EtcdStandIn(onLoopback());
  }

  /// @param keys certificate and key of the server
  static EtcdStandIn encrypted(KeyStore keys, char[] password) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    return new EtcdStandIn(
        onLoopback()
            .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(managers)).build()));
  }

  private static NettyServerBuilder onLoopback() {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  int port() {
    return server.getPort();
  }

  private BindableService service() {
    return () ->
        ServerServiceDefinition.builder("etcdserverpb.KV")
            .addMethod(
                call("Range", RangeRequest.getDefaultInstance(), RangeResponse.getDefaultInstance()),
                answer(this::range))
            .addMethod(
                call("Txn", TxnRequest.getDefaultInstance(), TxnResponse.getDefaultInstance()),
                answer(this::txn))
            .build();
  }

  private static <A extends Message, B extends Message> MethodDescriptor<A, B> call(
      String name, A request, B response) {
    return MethodDescriptor.<A, B>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("etcdserverpb.KV", name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(response))
        .build();
  }

  private static <A, B> ServerCallHandler<A, B> answer(Function<A, B> by) {
    return ServerCalls.asyncUnaryCall(
        (request, to) -> {
          to.onNext(by.apply(request));
          to.onCompleted();
        });
  }

  private synchronized RangeResponse range(RangeRequest request) {
    ByteString from = request.getKey();
    ByteString to = request.getRangeEnd();
    RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(header());
    if (to.isEmpty()) {
      KeyValue one = entries.get(from);
      if (one != null) {
        response.addKvs(one);
      }
    } else {
      entries.subMap(from, to).values().forEach(response::addKvs);
    }
    return response.setCount(response.getKvsCount()).build();
  }

  /// Compares by the revision of the last change, as we do.
  private synchronized TxnResponse txn(TxnRequest request) {
    boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
    TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(succeeded);
    for (RequestOp op : succeeded ? request.getSuccessList() : request.getFailureList()) {
      response.addResponses(perform(op));
    }
    return response.setHeader(header()).build();
  }

  private boolean holds(Compare compare) {
    KeyValue entry = entries.get(compare.getKey());
    long found = entry == null ? 0 : entry.getModRevision();
    return found == compare.getModRevision();
  }

  private ResponseOp perform(RequestOp op) {
    return switch (op.getRequestCase()) {
      case REQUEST_PUT -> {
        put(op.getRequestPut());
        yield ResponseOp.newBuilder()
            .setResponsePut(PutResponse.newBuilder().setHeader(header()))
            .build();
      }
      case REQUEST_RANGE ->
          ResponseOp.newBuilder().setResponseRange(range(op.getRequestRange())).build();
      default -> throw new UnsupportedOperationException(op.getRequestCase().toString());
    };
  }

  private void put(PutRequest put) {
    revision++;
    KeyValue.Builder entry =
        KeyValue.newBuilder()
            .setKey(put.getKey())
            .setValue(put.getValue())
            .setCreateRevision(revision)
            .setModRevision(revision)
            .setVersion(1);
    entries.put(put.getKey(), entry.build());
  }

  private ResponseHeader header() {
    return ResponseHeader.newBuilder().setRevision(revision).build();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
