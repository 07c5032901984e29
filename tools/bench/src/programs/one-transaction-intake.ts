// What an intake is without shared commits: the same stack (Nest on Fastify, pg), the same rows, one transaction a request. Called with the
// DSN and the port. It checks nothing of a command, remembers no key for a replay and picks no template, all of which the service does.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Headers, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import pg from 'pg';

interface Command {
  readonly source: string;
  readonly to: readonly string[];
  readonly content: object;
}

const [dsn, port] = process.argv.slice(2);
// As many connections as one process of the service has.
const pool = new pg.Pool({ connectionString: dsn, max: 10 });

const INSERT = `with delivery as (
    insert into deliveries (delivery_id, source, idempotency_key, status, priority, message_id, from_email, created_at, on_uncertain)
    values ($1, $2, $3, 'queued', 'normal', $4, 'no-reply@galaxy.example', now(), 'retry')
  ), recipient as (
    insert into delivery_recipients (delivery_id, position, address, kind, outcome) values ($1, 0, $5, 'to', 'pending')
  ), payload as (
    insert into delivery_payloads (delivery_id, content) values ($1, $6)
  ), attempt as (
    insert into attempts (attempt_id, delivery_id, number, lane, status, scheduled_at) values ($7, $1, 1, 1, 'scheduled', now())
  )
  insert into idempotency_keys (scope, idempotency_key, fingerprint, secret_names, delivery_id, outcome, created_at, expires_at)
  values ($2, $3, $8, '{}', $1, 'queued', now(), now() + interval '7 days')`;

class Intake {
  async accept({ source, to, content }: Command, key: string): Promise<{ delivery_id: string; outcome: string }> {
    const id = randomUUID();
    const values = [id, source, key, `<${id}@galaxy.example>`, to[0], JSON.stringify(content), randomUUID(), Buffer.from(id)];
    await pool.query({ name: 'accept', text: INSERT, values });
    return { delivery_id: id, outcome: 'queued' };
  }
}

// Decorators are no erasable syntax, so that they are applied as the functions that they are.
const method = Object.getOwnPropertyDescriptor(Intake.prototype, 'accept') ?? {};
Controller('api/v1/internal')(Intake);
Post('deliveries')(Intake.prototype, 'accept', method);
HttpCode(202)(Intake.prototype, 'accept', method);
Body()(Intake.prototype, 'accept', 0);
Headers('idempotency-key')(Intake.prototype, 'accept', 1);

class IntakeModule {}
Module({ controllers: [Intake] })(IntakeModule);

const app = await NestFactory.create(IntakeModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => {
  void app.close().finally(() => process.exit(0));
});
console.log(JSON.stringify({ event: 'started' }));
