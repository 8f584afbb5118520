// What a Node service does that needs signals: handlers, workers, children, wasm, the inspector, and C code that dies.
'use strict';
const path = require('path');
const { Worker, isMainThread, workerData } = require('worker_threads');

const build = path.join(__dirname, '../../build/test');

function addon() {
        const made = { exports: {} };
        process.dlopen(made, path.join(build, 'libnode_part.so'));
        return made.exports;
}

const wait = () => setInterval(() => {}, 1 << 30);
const inner = (name) => addon()[name]();

// (module (memory 1) (func (export "read") (param i32) (result i32) local.get 0 i32.load)
//         (func (export "divide") (param i32) (result i32) i32.const 1 local.get 0 i32.div_s))
const wasm = Buffer.from('0061736d01000000' + '01060160017f017f' + '0303020000' + '0503010001' +
        '071102' + '04726561640000' + '066469766964650001' + '0a1102' + '070020002802000b' + '0700410120006d0b', 'hex');

function trapsCaught(rounds) {
        const { read, divide } = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
        const seen = {};
        for (let i = 0; i < rounds; i++) {
                for (const trap of [() => read(0), () => read(-8), () => read(1 << 30), () => divide(0)]) {
                        try {
                                trap();
                                seen.none = (seen.none || 0) + 1;
                        } catch (error) {
                                const text = `${error.constructor.name}: ${error.message}`;
                                seen[text] = (seen[text] || 0) + 1;
                        }
                }
        }
        return seen;
}

const modes = {
        wait() {
                wait();
                console.log('ready');
        },
        handlers() {
                for (const name of ['SIGHUP', 'SIGUSR2', 'SIGPIPE', 'SIGTERM']) {
                        process.on(name, () => {
                                console.log('handled', name);
                                process.removeAllListeners(name);
                                console.log('removed', name);
                        });
                }
                wait();
                console.log('ready');
        },
        wasm() {
                console.log(trapsCaught(500));
        },
        overflow() {
                const deeper = () => deeper() + 1;
                try {
                        deeper();
                } catch (error) {
                        console.log(error.constructor.name);
                }
        },
        fault() {
                inner('fault');
        },
        thread() {
                inner('faultOnThread');
        },
        end() {
                inner('end');
        },
        worker() {
                new Worker(__filename, { workerData: 'fault' });
        },
        workers() {
                let left = 4;
                for (let i = 0; i < 4; i++) {
                        new Worker(__filename, { workerData: 'wasm' }).on('exit', () => {
                                left -= 1;
                                if (!left)
                                        console.log('all ended');
                        });
                }
        },
        abort() {
                process.abort();
        },
        throw() {
                throw new Error('nobody catches this');
        },
        // how a program cleans up and then ends of the signal after all
        once() {
                process.once('SIGUSR2', () => {
                        console.log('cleaned up');
                        process.kill(process.pid, 'SIGUSR2');
                });
                wait();
                console.log('ready');
        },
        itself() {
                process.kill(process.pid, process.argv[3]);
                wait();
        },
        child() {
                const { spawnSync } = require('child_process');
                process.exitCode = spawnSync(process.argv[3], process.argv.slice(4), { stdio: 'inherit' }).status;
        },
        children() {
                const { spawn, exec, fork } = require('child_process');
                spawn('grep', ['-E', 'Sig(Ign|Blk)', '/proc/self/status'], { stdio: 'inherit' }).on('exit', () => {
                        exec('exit 3', (error) => {
                                console.log('exec', error.code);
                                fork(__filename, ['exits']).on('exit', (code) => console.log('fork', code));
                        });
                });
        },
        exits() {
                process.exit(4);
        },
        cluster() {
                const cluster = require('cluster');
                if (!cluster.isPrimary) {
                        const serve = (request, response) => response.end('served');
                        require('http').createServer(serve).listen(0, '127.0.0.1');
                        return;
                }
                const http = require('http');
                for (let i = 0; i < 2; i++)
                        cluster.fork();
                cluster.once('listening', (worker, address) => {
                        http.get({ port: address.port, host: '127.0.0.1' }, (response) => {
                                response.on('data', (data) => console.log(String(data)));
                                response.on('end', () => cluster.disconnect(() => console.log('disconnected')));
                        });
                });
        },
};

modes[isMainThread ? process.argv[2] || 'exits' : workerData]();
