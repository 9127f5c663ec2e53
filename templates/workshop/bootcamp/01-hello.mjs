console.log('Hello from bootcamp!');
